"""What the tests of histories share: a ReturnGO and a bridge to which things happen."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self

import requests
from hypothesis import strategies as st
from sqlalchemy import select, update

from connector.blocks import Trigger
from connector.budget import Budget
from connector.connections import Connection
from connector.feed import Feed, NotReady, Page
from connector.returngo import ReturnGOError, Transport, Upstream
from connector.sandbox.app import create_app
from connector.store import Store, Vault, migrate
from connector.store.tables import stream
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

SHOPS = (DEMO, OUTLET)
# Below, at and above the freshness target, the overlap, the lease, the patience, the day.
SPANS = (1, 29, 61, 299, 301, 3_700, 90_000)
AGES = (60, 7_200, 85_000, 90_000, 200_000)
ENDLESS = 2**31


def steps_of(happenings: Any, names: tuple[str, ...]) -> Any:
    """Make the steps of which a history is: what happens, who polls which trigger, what fails."""
    polls = st.one_of(
        st.tuples(st.just("glance"), st.sampled_from(names)),
        st.tuples(st.just("walk"), st.sampled_from(names), st.integers(1, 4)),
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
    return st.one_of(
        *[st.tuples(st.just("happen"), happenings)] * 2,
        st.tuples(st.just("happen_between_calls"), happenings),
        *[waits] * 2,
        *[polls] * 4,
        troubles,
    )


class History:
    """ReturnGO, a bridge that may die, and clients of two habits.

    A subclass says what happens, which `triggers` look at it, and what must have come out.
    """

    triggers: dict[str, Trigger]

    @classmethod
    @contextmanager
    def begun(cls, pagesize: int, skew: int, ages: list[int]) -> Iterator[Self]:
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
        self.shown: dict[str, dict[str, Any]] = {}
        self.glanced: dict[str, list[str]] = {name: [] for name in self.triggers}
        self.walked: dict[str, list[str]] = {name: [] for name in self.triggers}
        self.restart()

    # What happens at ReturnGO

    def _happen(self, what: str, which: Any, option: Any) -> None:
        raise NotImplementedError

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
            page = self.feed.poll(self.connection, self.triggers[name], {"raw": True, **call})
        except (NotReady, ReturnGOError):
            return None
        except Killed:
            self._restart_as_killed()
            return None
        for shown in page.objects:
            # An id stands for one thing, for ever.
            assert self.shown.setdefault(shown["id"], shown) == shown
        self._look_at(name, page, call)
        return page

    def _look_at(self, name: str, page: Page, call: dict[str, Any]) -> None:
        """Check a page as it comes; each sort of history knows what for."""

    # What must have come out in the end

    def settle(self) -> None:
        """Let everything work again, and let the clients come back until all is read."""
        self.world.heal()
        self.between_calls.clear()
        self.calls_to_live = self.refused_cursors = self.late_details = 0
        for _ in range(3):
            self.clock.advance(timedelta(days=1))
            for name in self.triggers:
                self.glance(name)
                self.walk(name, 3)
