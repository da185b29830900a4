"""What the tests of histories share: a ReturnGO and a bridge to which things happen."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self
from unittest import mock

import requests
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from connector.blocks import Trigger
from connector.budget import Budget
from connector.connections import Connection
from connector.feed import About, Feed, Hint, NotReady, Page
from connector.feed.pace.today import Today
from connector.returngo import ReturnGOError, Transport, Upstream, transaction_owner
from connector.sandbox.app import create_app
from connector.sandbox.gateway.calls import Call
from connector.sandbox.world.ways import Ways
from connector.store import Store, Vault, migrate
from connector.store.tables import stream, thing
from schemas.reading import read_moment
from tests.databases import hurry
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
from tests.stand_ins import NOON, AtOnce, HandClock

SHOPS = (DEMO, OUTLET)
# Below, at and above the freshness target, the overlap, the lease, the patience, the day.
SPANS = (1, 29, 61, 299, 301, 3_700, 90_000)
# Returns of these ages were approved and canceled at once.
CANCELED_AGES = (200_001,)
AGES = (60, 7_200, 85_000, 90_000, 200_000, *CANCELED_AGES)
ENDLESS = 2**31


@st.composite
def steps_of(draw: st.DrawFn, happenings: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    """Make the steps of which a history is: what happens, who polls which trigger, what fails.

    Nothing is read before some time has passed, and no fault strikes then.
    """
    return draw(_step(draw(st.sampled_from(SORTS)), happenings, names))


def _step(sort: str, happenings: Any, names: tuple[str, ...]) -> Any:
    """Choose among the steps of one sort."""
    steps = {
        "happen": (happenings,),
        "happen_between_calls": (happenings,),
        "wait": (st.sampled_from(SPANS),),
        "hear": (st.sampled_from(tuple(About)), st.integers(0, 4)),
        "glance": (st.sampled_from(names),),
        "walk": (st.sampled_from(names), st.integers(1, 4)),
        "behave": (WAYS,),
        "set_the_clock": (st.sampled_from(STEPS),),
        "run_short": (st.booleans(),),
    }
    return st.tuples(st.just(sort), *steps[sort]) if sort in steps else TROUBLES


def histories_of(happenings: Any, names: tuple[str, ...]) -> Any:
    """Make histories, each of a ReturnGO that shows what happens in its own way.

    Of the triggers of these `names` some are polled from the beginning, others later on.
    """
    first = st.lists(st.sampled_from(names), min_size=1, unique=True)
    told = st.lists(steps_of(happenings, names), min_size=10, max_size=25)
    return st.builds(
        lambda ways, first, told: [("behave", ways), ("come", first), *told],
        WAYS,
        st.one_of(st.just(names), first),
        told,
    )


def random_histories(
    happenings: Any, names: tuple[str, ...], *, count: int, ages: Sequence[int] = AGES
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Try a test with so many random histories: the same ones each time."""

    def try_(test: Callable[..., None]) -> Callable[..., None]:
        tried = given(
            pagesize=st.integers(1, 7),
            skew=st.sampled_from((-600, 0, 600)),
            ages=st.lists(st.sampled_from(ages), min_size=1, max_size=4),
            history=histories_of(happenings, names),
        )
        same = settings(
            derandomize=True,
            database=None,
            deadline=None,
            max_examples=count,
            phases=(Phase.explicit, Phase.generate),
        )
        return same(tried(test))

    return try_


# Each as often as it stands here.
SORTS = (
    *("happen",) * 3,
    *("happen_between_calls",) * 2,
    *("hear",) * 2,
    *("wait",) * 5,
    *("glance",) * 3,
    *("walk",) * 3,
    *("trouble",) * 5,
    "set_the_clock",
    *("run_short",) * 2,
)
# ReturnGO as unkind as it was seen to be, more often than as kind as it may be.
WAYS = st.builds(
    Ways,
    filter_sees=st.sampled_from(("lastUpdated", "everything")),
    is_quiet=st.sampled_from((True, True, False)),
    quiet_webhooks=st.booleans(),
    parcels_move_rmas=st.booleans(),
)
# Seconds by which somebody sets the bridge's clock.
FURTHEST_OFF = timedelta(hours=3)
STEPS = (-7_200, -3_600, -600, 600, 3_600, 7_200)
FAILURES = {
    "status": "ReturnGO answers 503",
    "html": "ReturnGO answers with a page of HTML",
    "truncate": "an answer breaks off",
    "drop": "the connection is dropped",
    "forbid": "ReturnGO forbids the shop for a while",
}
TROUBLES: Any = st.one_of(
    *[
        st.tuples(
            st.just("fail"),
            st.sampled_from(tuple(FAILURES)),
            st.sampled_from(("/rmas", "/rma/", "/transactions")),
            st.integers(1, 9),
        )
    ]
    * 3,
    st.tuples(st.just("throttle"), st.integers(1, 9)),
    st.tuples(st.just("spend_the_day")),
    st.tuples(st.just("refuse_a_cursor")),
    *[st.tuples(st.just("delay_details"), st.integers(1, 3))] * 2,
    *[st.tuples(st.just("die"), st.integers(1, 5), st.booleans())] * 2,
    st.tuples(st.just("restart")),
)


def _fault_of(call: Call) -> str | None:
    """Return what ReturnGO did to a call, if anything."""
    match call.fault, call.status:
        case None, 429:
            return "ReturnGO says that the day's calls are used up"
        case "status", 429:
            return "ReturnGO says that calls come too fast"
        case "status", 403:
            return FAILURES["forbid"]
        case None, _:
            return None
        case kind, _:
            return FAILURES[str(kind)]


@dataclass(frozen=True)
class Account:
    """What came out of one trigger for one client, counted."""

    expected: int
    missed: int
    doubled: int
    lost: int

    @property
    def is_right(self) -> bool:
        """Return whether nothing is amiss."""
        return not (self.missed or self.doubled or self.lost)


@dataclass(frozen=True)
class Asked:
    """When somebody asked for a trigger first, and since when things happened that it then tells.

    The bridge says `since` by its own clock, which may be wrong.
    """

    at: datetime
    since: datetime


class History:
    """ReturnGO, a bridge that may die, and clients of two habits.

    A subclass says what happens, which `triggers` look at it, with what `inputs`, and what must
    have come out.
    """

    triggers: dict[str, Trigger]
    inputs: Mapping[str, dict[str, Any]] = MappingProxyType({})

    @classmethod
    @contextmanager
    def begun(cls, pagesize: int, skew: int, ages: list[int]) -> Iterator[Self]:
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch("connector.feed.reading.refresher.STREAM_LOOK_EVERY", 1.0),
        ):
            told = cls(Path(folder) / "feed.sqlite3", pagesize, timedelta(seconds=skew))
            if skew:
                told.struck["the bridge's clock is ten minutes off"] += 1
            for age in ages:
                told.remember(timedelta(seconds=age))
            try:
                with (
                    mock.patch.object(
                        transaction_owner._Search, "run", told.aside(transaction_owner._Search.run)
                    ),
                    mock.patch.object(Today, "is_short", property(lambda _: told.is_short)),
                ):
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
        self.store = hurry(Store(f"sqlite:///{database}"))
        migrate(self.store)
        self.connection = Connection(id="operator", shops=SHOPS, api_key="demo-key", label="demo")
        self.between_calls: list[Callable[[], object]] = []
        self.calls_to_live = 0
        self.dies_late = False
        self.leases: list[Any] = []
        self.refused_cursors = 0
        self.late_details = 0
        self.set_at: datetime | None = None
        self.is_short = False
        self.listed: dict[str, datetime] = {}
        self.struck: Counter[str] = Counter()
        self.changed: set[tuple[str, str]] = set()
        self.asked: dict[str, Asked] = {}
        self.shown: dict[tuple[str, str], dict[str, Any]] = {}
        self.glanced: dict[str, list[str]] = {name: [] for name in self.triggers}
        self.walked: dict[str, list[str]] = {name: [] for name in self.triggers}
        self.begin()

    def live_through(self, history: list[Any]) -> None:
        """Take each step in its turn, and then let everything work again."""
        for what, *how in history:
            getattr(self, what)(*how)
        self.settle()

    def run_short(self, is_short: bool) -> None:
        """Let there be too few calls for all that moves, or enough again."""
        self.is_short = is_short
        self.struck["too few calls for all that moves"] += is_short

    # What happens at ReturnGO

    def remember(self, age: timedelta) -> None:
        """A return was made so long ago, and its refund requested."""
        at = self.world.now() - age
        rma = self.world.rma(at=at)
        self.world.refund(rma, at=at)
        if age.total_seconds() in CANCELED_AGES:
            self.world.move(rma, "Approved", at=at)
            self.world.move(rma, "Canceled", at=at)

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

    @property
    def faults(self) -> Counter[str]:
        """Count how often each fault struck."""
        calls = self.sandbox.simulation.calls
        return self.struck + Counter(fault for call in calls if (fault := _fault_of(call)))

    def fail(self, kind: str, path: str, count: int) -> None:
        if kind == "forbid":
            self.world.trouble(path=path, count=count, status=403)
        else:
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

    def behave(self, ways: Ways) -> None:
        """ReturnGO shows what happens in its own way, from now on."""
        self.sandbox.simulation.ways = ways
        if ways.is_quiet:
            self.struck["ReturnGO dates nothing but creations and approvals"] += 1
            if ways.filter_sees == "lastUpdated":
                self.struck["ReturnGO's list of updates leaves out what it does not date"] += 1
        if ways.parcels_move_rmas:
            self.struck["parcels and returns arrive together"] += 1

    def set_the_clock(self, seconds: int) -> None:
        """Somebody sets the bridge's clock, never so far that it is more than three hours off."""
        skew = self.bridge_clock.skew + timedelta(seconds=seconds)
        if abs(skew) <= FURTHEST_OFF:
            self.struck["the bridge's clock is set back or forth"] += 1
            self.bridge_clock.skew = skew
            self.set_at = self.clock.now()

    def restart(self) -> None:
        """The bridge begins anew on its database."""
        self.struck["the bridge is started anew"] += 1
        self.begin()

    def begin(self) -> None:
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
            self.struck["ReturnGO refuses its own cursor"] += 1
            self._resend(request, str(request.url).replace("cursor=", "cursor=~"))
        if path_of(request).startswith("/rma/") and self.late_details:
            self.late_details -= 1
            self.struck["details are not there yet"] += 1
            self._resend(request, str(request.url) + "0000000")

    def _resend(self, request: requests.PreparedRequest, url: str) -> None:
        request.url = url

    def _after(self, request: requests.PreparedRequest) -> None:
        if path_of(request) == "/transactions" and "updated_at" in str(request.url):
            self.listed[str(request.headers["x-shop-name"])] = self.clock.now()
        if self.between_calls:
            self.struck["things change between two calls of a reading"] += 1
            self.between_calls.pop(0)()
        if self.calls_to_live == 0 and self.dies_late:
            self._die()

    def _die(self) -> None:
        moment = "with an answer at hand" if self.dies_late else "before a call"
        self.struck[f"the bridge is killed {moment}"] += 1
        self._forget_what_was_not_recorded()
        with self.store.read() as database:
            self.leases = list(
                database.execute(select(stream.c.id, stream.c.lease_owner, stream.c.lease_until))
            )
        raise Killed

    def _forget_what_was_not_recorded(self) -> None:
        """Take back the last page, if the bridge dies between its arrival and its recording."""
        if not self.wire.pages or self.wire.pages[-1][0] != "/transactions":
            return
        with self.store.read() as database:
            recorded = {
                row.resource_id: row.updated_at
                for row in database.execute(select(thing.c.resource_id, thing.c.updated_at))
            }
        _, _, rows = self.wire.pages[-1]
        if any(recorded.get(str(row["id"])) != read_moment(row["lastUpdated"]) for row in rows):
            self.wire.pages.pop()

    def _restart_as_killed(self) -> None:
        """Begin again with the leases that the killed process could not give back."""
        with self.store.write() as database:
            for stream_id, owner, until in self.leases:
                database.execute(
                    update(stream)
                    .where(stream.c.id == stream_id)
                    .values(lease_owner=owner, lease_until=until)
                )
        self.begin()

    # What webhooks hint at, be it true, late or repeated

    def hear(self, about: About, which: int) -> None:
        """A webhook arrives, and is followed up."""
        world = self.sandbox.simulation.world
        things: dict[About, dict[int, Any]] = {
            About.RMA: world.rmas,
            About.TRANSACTIONS_OF_RMA: world.rmas,
            About.SHIPMENT: world.shipments,
            About.TRACKER: world.shipments,
            About.TRANSACTION: world.transactions,
        }
        named = list(things.get(about, world.rmas).values())
        thing = named[which % len(named)]
        hint = Hint(about, "" if about is About.SHOP else str(thing.id))
        self.struck["a webhook tells something, true or not"] += 1
        with self.store.write() as database:
            self.feed.hear(database, self.connection.id, thing.shop, [hint])
        self.clock.advance(timedelta(seconds=1))
        self.follow_up()

    def follow_up(self) -> None:
        """Look at what is due of what was heard."""
        self.wire.is_following = True
        try:
            self.feed.follow_up(lambda _: self.connection)
        except Killed:
            self._restart_as_killed()
        finally:
            self.wire.is_following = False

    def listed_at(self) -> datetime:
        """Say when transactions were listed last, in the shop where that is longest ago."""
        return min(self.listed.get(shop, NOON) for shop in SHOPS)

    def aside(self, search: Callable[..., None]) -> Callable[..., None]:
        """Let a search for a transaction's RMA count for nothing: it records nothing."""

        def run(self_: Any) -> None:
            self.wire.is_aside = True
            try:
                search(self_)
            finally:
                self.wire.is_aside = False

        return run

    # What the clients do

    def come(self, names: Iterable[str]) -> None:
        """Somebody turns these triggers on; each other one is, when it is polled first."""
        for name in names:
            self.walk(name, 3)

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

    def ask(self, name: str) -> None:
        """Note that somebody asks for a trigger, if it is for the first time."""
        now = Asked(self.clock.now(), since=self.bridge_clock.now() - REACH)
        self.asked.setdefault(name, now)

    def first_asked(self, names: Iterable[str]) -> Asked:
        """Say when somebody asked for any of these triggers first."""
        return min((self.asked[name] for name in names), key=lambda asked: asked.at)

    def _poll(self, name: str, **call: Any) -> Page | None:
        self.ask(name)
        try:
            asked = {"raw": True, **self.inputs.get(name, {}), **call}
            page = self.feed.poll(self.connection, self.triggers[name], asked)
        except (NotReady, ReturnGOError):
            return None
        except Killed:
            self._restart_as_killed()
            return None
        for shown in page.objects:
            # An id stands for one thing, for ever; another trigger shows other fields of it.
            if self.shown.setdefault((name, shown["id"]), shown) != shown:
                self.changed.add((name, shown["id"]))
        self._look_at(name, page, call)
        return page

    def _look_at(self, name: str, page: Page, call: dict[str, Any]) -> None:
        """Check a page as it comes; each sort of history knows what for."""

    # What must have come out in the end

    def expected(self, name: str, asked: Asked) -> Counter[Any]:
        """Say what must have come out of a trigger, from what happened at ReturnGO."""
        raise NotImplementedError

    def taken(self, name: str, event_ids: list[str], asked: Asked) -> Counter[Any]:
        """Say in the same terms what a client has taken."""
        raise NotImplementedError

    def lost(self, name: str) -> set[str]:
        """Return what was shown and is not shown any more, or otherwise.

        A history is too short for a second page.
        """
        page = self._poll(name)
        there = set() if page is None else {each["id"] for each in page.objects}
        changed = {each for of, each in self.changed if of == name}
        return (set(self.glanced[name]) - there) | (changed & set(self.glanced[name]))

    def accounts(self) -> Iterator[Account]:
        """Compare what came out of each trigger, for each client, with what must have.

        A trigger that somebody asks for later may show what others had the bridge read before.
        """
        began = self.first_asked(self.triggers)
        first = replace(began, since=min(each.since for each in self.asked.values()))
        for name in self.triggers:
            # Where the clock was set back meanwhile, the streams still begin where they began.
            asked = replace(self.asked[name], since=max(began.since, self.asked[name].since))
            least, most = self.expected(name, asked), self.expected(name, first)
            for event_ids in (self.walked[name], self.glanced[name]):
                yield Account(
                    expected=least.total(),
                    missed=(least - self.taken(name, event_ids, asked)).total(),
                    doubled=(self.taken(name, event_ids, first) - most).total(),
                    lost=len(self.lost(name)),
                )

    def settle(self) -> None:
        """Let everything work again, and let the clients come back until all is read."""
        self.world.heal()
        self.is_short = False
        self.between_calls.clear()
        self.calls_to_live = self.refused_cursors = self.late_details = 0
        for _ in range(3):
            self._come_back(timedelta(days=1))
        # What is only looked at again takes its turn, at least one a reading.
        for _ in self.sandbox.simulation.world.rmas:
            self.clock.advance(FRESHNESS + timedelta(seconds=1))
            self.follow_up()
            self.glance(next(iter(self.triggers)))
        self._come_back(FRESHNESS + timedelta(seconds=1))

    def _come_back(self, pause: timedelta) -> None:
        self.clock.advance(pause)
        self.follow_up()
        for name in self.triggers:
            self.glance(name)
            self.walk(name, 3)
