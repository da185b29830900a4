"""Random histories of ReturnGO, of its failures and of the bridge's, against what really happened.

The oracle knows nothing of the feed's rules: every RMA made since the baseline comes out once, and
so does every time that a transaction was seen coming into status Requested.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import requests
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from connector.budget import Budget
from connector.connections import Connection
from connector.feed import Feed, NotReady, Page
from connector.returngo import ReturnGOError, Transport, Upstream
from connector.sandbox.app import create_app
from connector.store import Store, Vault, migrate
from connector.store.tables import stream
from schemas.reading import read_moment, show_moment
from tests.feed.conftest import BASELINE, FRESHNESS, REACH
from tests.feed.returngo import (
    DEMO,
    OUTLET,
    Killed,
    SkewedClock,
    Wire,
    World,
    cursor_of,
    path_of,
)
from tests.stand_ins import AtOnce, HandClock
from triggers.new_rma import block as new_rma
from triggers.refund_requested import block as refund_requested

SHOPS = (DEMO, OUTLET)
TRIGGERS = {"new_rma": new_rma, "refund_requested": refund_requested}
# Below, at and above the freshness target, the overlap, the lease, the patience, the day.
SPANS = (1, 29, 61, 299, 301, 3_700, 90_000)
AGES = (60, 7_200, 85_000, 90_000, 200_000)
ENDLESS = 2**31
HISTORIES = 40

happenings = st.lists(
    st.one_of(
        st.tuples(st.just("rma"), st.sampled_from(SHOPS), st.booleans()),
        st.tuples(
            st.sampled_from(("touch", "refund", "Requested", "Requested", "Success", "Success")),
            st.integers(0, 4),
            st.none(),
        ),
    ),
    min_size=1,
    max_size=6,
)
polls = st.one_of(
    st.tuples(st.just("glance"), st.sampled_from(tuple(TRIGGERS))),
    st.tuples(st.just("walk"), st.sampled_from(tuple(TRIGGERS)), st.integers(1, 4)),
)
waits = st.tuples(st.just("wait"), st.sampled_from(SPANS))
troubles = st.one_of(
    st.tuples(
        st.just("fail"),
        st.sampled_from(("status", "html", "truncate", "drop")),
        st.sampled_from(("/rmas", "/rma/", "/transactions")),
        st.integers(1, 9),
    ),
    st.tuples(st.just("throttle"), st.integers(1, 9)),
    st.tuples(st.just("spend_the_day")),
    st.tuples(st.just("refuse_a_cursor")),
    st.tuples(st.just("delay_details"), st.integers(1, 3)),
    st.tuples(st.just("die"), st.integers(1, 5), st.booleans()),
    st.tuples(st.just("restart")),
)
steps = st.one_of(
    *[st.tuples(st.just("happen"), happenings)] * 2,
    st.tuples(st.just("happen_between_calls"), happenings),
    *[waits] * 2,
    *[polls] * 4,
    troubles,
)


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=HISTORIES,
    phases=(Phase.explicit, Phase.generate),
)
@given(
    pagesize=st.integers(1, 7),
    skew=st.sampled_from((-600, 0, 600)),
    ages=st.lists(st.sampled_from(AGES), min_size=1, max_size=4),
    history=st.lists(steps, min_size=10, max_size=25),
)
def test_whatever_happens_everything_comes_out_once(pagesize, skew, ages, history):
    with (
        mock.patch("connector.feed.refresh.LOOK_EVERY", 1.0),
        History.begun(pagesize, skew, ages) as told,
    ):
        for name in TRIGGERS:
            told.walk(name, 3)
        for what, *how in history:
            getattr(told, what)(*how)
        told.settle()
        told.expect_rmas()
        told.expect_refunds()


class History:
    """ReturnGO, a bridge that may die, and clients of two habits."""

    @classmethod
    @contextmanager
    def begun(cls, pagesize: int, skew: int, ages: list[int]) -> Iterator["History"]:
        with tempfile.TemporaryDirectory() as folder:
            told = cls(Path(folder) / "feed.sqlite3", pagesize, timedelta(seconds=skew))
            for age in ages:
                at = told.world.now() - timedelta(seconds=age)
                told.world.refund(told.world.rma(at=at), at=at)
            try:
                yield told
            finally:
                told.transport.close()
                told.store.close()

    def __init__(self, database: Path, pagesize: int, skew: timedelta) -> None:
        self.clock = HandClock()
        self.bridge_clock = SkewedClock(self.clock, skew)
        self.sandbox = create_app(
            now=self.clock.now,
            pause=self.clock.sleep,
            empty=True,
            daily_limit=ENDLESS,
            second_limit=ENDLESS,
        )
        self.world = World(self.sandbox)
        self.wire = Wire(self.sandbox)
        self.wire.pagesize = pagesize
        self.wire.before = self._before
        self.wire.after = self._after
        self.transport = Transport(
            "http://sandbox.example.com", clock=self.clock, adapter=self.wire
        )
        self.store = Store(f"sqlite:///{database}")
        migrate(self.store)
        self.connection = Connection(id="operator", shops=SHOPS, api_key="demo-key", label="demo")
        self.between_calls: list[Callable[[], object]] = []
        self.calls_to_live = 0
        self.dies_late = False
        self.leases: list[Any] = []
        self.refused_cursors = 0
        self.late_details = 0
        self.baselines: dict[str, datetime] = {}
        self.requested_at: dict[int, datetime] = {}
        self.shown: dict[str, dict[str, Any]] = {}
        self.glanced: dict[str, list[str]] = {name: [] for name in TRIGGERS}
        self.walked: dict[str, list[str]] = {name: [] for name in TRIGGERS}
        self.restart()

    # What happens at ReturnGO

    def _happen(self, what: str, which: Any, events: bool | None) -> None:
        rmas = list(self.sandbox.simulation.world.rmas.values())
        transactions = list(self.sandbox.simulation.world.transactions.values())
        if what == "rma":
            self.world.rma(which, events=bool(events))
        elif what == "touch" and rmas:
            self.world.touch(rmas[which % len(rmas)])
        elif what == "refund" and rmas:
            made = self.world.refund(rmas[which % len(rmas)])
            self.requested_at[made.id] = self.world.now()
        elif what not in ("touch", "refund") and transactions:
            changed = transactions[which % len(transactions)]
            if changed.status != what == "Requested":
                self.requested_at[changed.id] = self.world.now()
            self.world.record(changed, what)

    def happen(self, made: list[Any]) -> None:
        for change in made:
            self._happen(*change)

    def happen_between_calls(self, made: list[Any]) -> None:
        self.between_calls += [partial(self._happen, *change) for change in made]

    def wait(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    # What goes wrong

    def fail(self, kind: str, path: str, count: int) -> None:
        self.world.trouble(kind, path=path, count=count, status=503)

    def throttle(self, count: int) -> None:
        self.world.throttle(count)

    def spend_the_day(self) -> None:
        self.world.spend_the_day()

    def refuse_a_cursor(self) -> None:
        self.refused_cursors = 1

    def delay_details(self, calls: int) -> None:
        self.late_details = calls

    def die(self, calls: int, late: bool) -> None:
        """It ends before a call goes out, or with its answer at hand."""
        self.calls_to_live = calls
        self.dies_late = late

    def restart(self) -> None:
        budget = Budget(self.store, daily=ENDLESS, second=ENDLESS, clock=self.bridge_clock)
        self.feed = Feed.open(
            self.store,
            Vault(["a secret only for tests"]),
            budget,
            Upstream(self.transport, budget, self.bridge_clock),
            freshness=FRESHNESS,
            baseline=BASELINE,
            clock=self.bridge_clock,
            pool=AtOnce(),
        )

    def _before(self, request: requests.PreparedRequest) -> None:
        self.calls_to_live -= 1
        if self.calls_to_live == 0 and not self.dies_late:
            self._die()
        if cursor_of(request) is not None and self.refused_cursors:
            self.refused_cursors -= 1
            self._resend(request, str(request.url).replace("cursor=", "cursor=~"))
        if path_of(request).startswith("/rma/") and self.late_details:
            self.late_details -= 1
            self._resend(request, str(request.url) + "0000000")

    def _resend(self, request: requests.PreparedRequest, url: str) -> None:
        request.url = url

    def _after(self, _: requests.PreparedRequest) -> None:
        if self.between_calls:
            self.between_calls.pop(0)()
        if self.calls_to_live == 0 and self.dies_late:
            self._die()

    def _die(self) -> None:
        with self.store.read() as database:
            self.leases = list(
                database.execute(select(stream.c.id, stream.c.lease_owner, stream.c.lease_until))
            )
        raise Killed

    def _restart_as_killed(self) -> None:
        """Begin again with the leases that the killed process could not give back."""
        with self.store.write() as database:
            for stream_id, owner, until in self.leases:
                database.execute(
                    update(stream)
                    .where(stream.c.id == stream_id)
                    .values(lease_owner=owner, lease_until=until)
                )
        self.restart()

    # What the clients do

    def glance(self, name: str) -> None:
        """Read the default page and take what is unknown, as the platforms do."""
        page = self._poll(name)
        if page is not None:
            known = set(self.glanced[name])
            self.glanced[name] += [o["id"] for o in page.objects if o["id"] not in known]

    def walk(self, name: str, limit: int) -> None:
        """Follow `after` from the last id that was taken."""
        walked = self.walked[name]
        while True:
            call = {"after": walked[-1], "limit": limit} if walked else {}
            page = self._poll(name, **call)
            if page is None:
                return
            ids = [shown["id"] for shown in page.objects]
            walked += ids if call else reversed(ids)
            if not call or page.more is None:
                return
            assert page.more == {"after": walked[-1]}

    def _poll(self, name: str, **call: Any) -> Page | None:
        self.baselines.setdefault(name, self.bridge_clock.now() - REACH)
        try:
            page = self.feed.poll(self.connection, TRIGGERS[name], {"raw": True, **call})
        except (NotReady, ReturnGOError):
            return None
        except Killed:
            self._restart_as_killed()
            return None
        for shown in page.objects:
            # An id stands for one thing, for ever.
            assert self.shown.setdefault(shown["id"], shown) == shown
        if name == "refund_requested" and not call:
            self._expect_nothing_older_than(page)
        return page

    def _expect_nothing_older_than(self, page: Page) -> None:
        """What is still Requested, and was when ReturnGO was read, is on the page.

        A history is too short for a second page.
        """
        read_at = self.clock.now() - timedelta(seconds=page.age + 1)
        on_page = {shown["transaction_id"] for shown in page.objects}
        for transaction_id, requested_at in self.requested_at.items():
            transaction = self.sandbox.simulation.world.transactions[transaction_id]
            if transaction.status == "Requested" and requested_at < read_at:
                assert str(transaction_id) in on_page

    # What must have come out in the end

    def settle(self) -> None:
        """Let everything work again, and let the clients come back until all is read."""
        self.world.heal()
        self.between_calls.clear()
        self.calls_to_live = self.refused_cursors = self.late_details = 0
        for _ in range(3):
            self.clock.advance(timedelta(days=1))
            for name in TRIGGERS:
                self.glance(name)
                self.walk(name, 3)

    def expect_rmas(self) -> None:
        expected = [
            f"rma:{rma.id}:created"
            for rma in self.sandbox.simulation.world.rmas.values()
            if rma.created_at >= self.baselines["new_rma"]
        ]
        assert sorted(self.walked["new_rma"]) == sorted(expected)
        assert sorted(self.glanced["new_rma"]) == sorted(expected)
        for event_id in expected:
            shown = self.shown[event_id]
            assert f"rma:{shown['rma_id']}:created" == event_id
            assert shown["items"]
            assert shown["customer_email"]
            assert shown["raw"]["orderDetails"]["orderId"] == shown["order_id"]

    def expect_refunds(self) -> None:
        last_seen: dict[str, str] = {}
        expected = Counter[tuple[str, str]]()
        for path, _, rows in self.wire.pages:
            for row in rows if path == "/transactions" else ():
                transaction_id, status = str(row["id"]), row["status"]
                changed_at = read_moment(row["lastUpdated"])
                assert changed_at is not None
                came = last_seen.get(transaction_id) != status == "Requested"
                last_seen[transaction_id] = status
                if came and changed_at >= self.baselines["refund_requested"]:
                    expected[transaction_id, show_moment(changed_at)] = 1
        taken = Counter(
            (self.shown[each]["transaction_id"], self.shown[each]["updated_at"])
            for each in self.walked["refund_requested"]
        )
        assert taken == expected
        assert sorted(self.glanced["refund_requested"]) == sorted(self.walked["refund_requested"])
        for transaction in self.sandbox.simulation.world.transactions.values():
            if transaction.last_updated >= self.baselines["refund_requested"]:
                assert last_seen[str(transaction.id)] == transaction.status
