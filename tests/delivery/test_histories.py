"""Random histories of events, hooks, targets' moods and workers' deaths.

Whatever happens, each event comes to each hook that wants it at least once, under one message id,
and in order where that was asked for. HOOK_HISTORIES says how many histories to try.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from shutil import copy
from typing import Any
from unittest import mock

import simplejson
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection as Database

from connector.connections import Connection
from connector.delivery import Delivery, Reply, Subscription
from connector.delivery.http import targets
from connector.store import Store, Vault
from schemas.hooks import State
from tests.delivery.bureau import Bureau
from tests.processes import SHOPS
from tests.stand_ins import HandClock, HandSender

HISTORIES = int(os.environ.get("HOOK_HISTORIES", "25"))
HOSTS = ("a.example.com", "b.example.com")
MOODS = {
    "well": Reply(status=200),
    "broken": Reply(status=500, failure="answered 500"),
    "busy": Reply(status=429, failure="answered 429", retry_after=90.0),
    "silent": Reply(failure="timed out", is_timeout=True),
    "gone": Reply(status=410, failure="answered 410"),
}
TYPES = ("RefundToPaymentMethod", "RefundToGiftCard")
# Below and above a step of the schedule, the lease, the overlap of secrets, the two days.
SPANS = (0.05, 4, 61, 3_700, 90_000)
# What the clock is set by: seconds, less and more than clocks may differ, an hour or two, 30 days.
STEPS = tuple(sign * span for span in (5, 900, 3_600, 7_200, 2_592_000) for sign in (-1, 1))


class Killed(BaseException):
    """The worker ended here: nobody tidies up."""


class MortalStore(Store):
    """A database whose user dies at one of its transactions, before it is committed or after."""

    lives: float = float("inf")
    dies_late = False

    @contextmanager
    def write(self, **options: Any) -> Iterator[Database]:
        self.lives -= 1
        is_last = self.lives == 0
        with super().write(**options) as database:
            yield database
            if is_last and not self.dies_late:
                raise Killed
        if is_last:
            raise Killed


steps = st.one_of(
    *[st.tuples(st.just("happen"), st.sampled_from(SHOPS), st.sampled_from(TYPES))] * 3,
    st.tuples(
        st.just("subscribe"),
        st.sampled_from(HOSTS),
        st.booleans(),
        st.sampled_from((None, *SHOPS)),
        st.sampled_from((None, *TYPES)),
    ),
    st.tuples(st.just("unsubscribe"), st.integers(0, 9)),
    st.tuples(st.just("rotate"), st.integers(0, 9)),
    st.tuples(st.just("replay"), st.integers(0, 9)),
    st.tuples(st.just("feel"), st.sampled_from(HOSTS), st.sampled_from(sorted(MOODS))),
    *[st.tuples(st.just("wait"), st.sampled_from(SPANS))] * 2,
    st.tuples(st.just("step"), st.sampled_from(STEPS)),
    *[st.tuples(st.just("work"), st.integers(0, 1), st.integers(1, 4))] * 4,
    st.tuples(st.just("die"), st.integers(0, 1), st.integers(1, 6), st.booleans()),
    st.tuples(st.just("die_sending"), st.booleans()),
)


@settings(
    derandomize=True,
    database=None,
    max_examples=HISTORIES,
    phases=(Phase.explicit, Phase.generate),
)
@given(history=st.lists(steps, min_size=10, max_size=40))
def test_whatever_happens_each_event_comes_to_each_hook_that_wants_it(migrated, history):
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(targets, "resolve", return_value=[ip_address("93.184.215.14")]),
    ):
        told = Story(Path(copy(migrated.sqlite, folder)))
        try:
            for what, *how in history:
                getattr(told, what)(*how)
            told.settle()
            told.check()
        finally:
            told.close()


@dataclass
class Wanted:
    """A hook, and the events that it wants, in the order of their recording."""

    hook: Subscription
    filters: dict[str, str]
    events: list[tuple[str, str]] = field(default_factory=list)
    is_unsubscribed: bool = False
    parked: set[tuple[str, str]] = field(default_factory=set)


class Story:
    """A log, two workers that may die, and targets of changing moods."""

    def __init__(self, database: Path) -> None:
        self.url = f"sqlite:///{database}"
        self.clock = HandClock()
        self.stepped = timedelta()
        self.sender = HandSender(reply=self._reply)
        self.moods = dict.fromkeys(HOSTS, "well")
        self.dies_sending: bool | None = None
        self.hooks: list[Wanted] = []
        # what has arrived: hook, event, message, whether the target took it
        self.arrived: list[tuple[str, tuple[str, str], str, bool]] = []
        connection = Connection(id="operator", shops=SHOPS, api_key="demo-key", label="demo")
        self.stores = [Store(self.url)]
        self.bureau = Bureau(
            self.stores[0], Vault(["a secret only for tests"]), self.clock, self.sender, connection
        )
        self._read()
        self.workers = [self._worker(), self._worker()]

    # What happens

    def happen(self, shop: str, kind: str) -> None:
        at = self.clock.now() - self.stepped  # by ReturnGO's clock, which nobody sets
        event = (shop, self.bureau.refund(shop, at=at, type=kind))
        for wanted in self.hooks:
            filters = wanted.filters
            if filters.get("shop", shop) == shop and filters.get("type", kind) == kind:
                wanted.events.append(event)
        self.clock.sleep(0.001)

    def subscribe(self, host: str, ordered: bool, shop: str | None, kind: str | None) -> None:
        filters = {
            name: value for name, value in (("shop", shop), ("type", kind)) if value is not None
        }
        url = f"https://{host}/{len(self.hooks)}"
        hook = self.bureau.subscribe(url=url, ordered=ordered, filters=filters)
        self.hooks.append(Wanted(hook, filters))

    def unsubscribe(self, which: int) -> None:
        for wanted in self._pick(which):
            self.bureau.delivery.hooks.subscriptions.end("operator", wanted.hook.id)
            wanted.is_unsubscribed = True

    def rotate(self, which: int) -> None:
        for wanted in self._pick(which):
            self.bureau.delivery.hooks.subscriptions.rotate("operator", wanted.hook.id)

    def replay(self, which: int) -> None:
        for wanted in self._pick(which):
            self._note_parked(wanted)
            self._replay(wanted)

    def feel(self, host: str, mood: str) -> None:
        self.moods[host] = mood

    def wait(self, seconds: float) -> None:
        self.clock.sleep(seconds)
        self._read()

    def step(self, seconds: float) -> None:
        """Set the clock, forwards or back."""
        self.stepped += timedelta(seconds=seconds)
        self.clock.advance(timedelta(seconds=seconds))
        self._read()

    def work(self, which: int, turns: int) -> None:
        """Let a worker take some turns; where it dies, another begins in its place."""
        for _ in range(turns):
            try:
                self.workers[which].mending.run()
                self.workers[which].fanout.run()
                self.workers[which].dispatcher.turn()
            except Killed:
                self.dies_sending = None
                self.workers[which] = self._worker()

    def die(self, which: int, transactions: int, late: bool) -> None:
        store = self.workers[which].fanout.store
        assert isinstance(store, MortalStore)
        store.lives, store.dies_late = transactions, late

    def die_sending(self, late: bool) -> None:
        """Whoever sends next dies, before the target has it or after."""
        self.dies_sending = late

    # What is played

    def _read(self) -> None:
        """ReturnGO is read for hooks all the time, so that no shop is forgotten meanwhile."""
        for shop in SHOPS:
            self.bureau.ready(shop)

    def _worker(self) -> Delivery:
        store = MortalStore(self.url)
        self.stores.append(store)
        return self.bureau.another(store=store)

    def _reply(self, url: str) -> Reply:
        if self.dies_sending is False:
            raise Killed
        wanted = self.hooks[int(url.rpartition("/")[2])]
        assert not wanted.is_unsubscribed, "nothing may come after the end"
        reply = MOODS[self.moods[wanted.hook.host]]
        _, body, headers = self.sender.sent[-1]
        shown = simplejson.loads(body)
        event = (shown["shop"], shown["id"])
        is_taken = reply.failure is None
        self.arrived.append((wanted.hook.id, event, headers["webhook-id"], is_taken))
        if self.dies_sending:
            raise Killed
        return reply

    def _pick(self, which: int) -> list[Wanted]:
        there = self._active()
        return [there[which % len(there)]] if there else []

    def _active(self) -> list[Wanted]:
        active = {each.id for each in self.bureau.delivery.hooks.subscriptions.all("operator")}
        return [each for each in self.hooks if each.hook.id in active]

    def _replay(self, wanted: Wanted) -> int:
        return self.bureau.delivery.hooks.outbox.replay_parked(wanted.hook.id, wanted.hook.host)

    def _note_parked(self, wanted: Wanted) -> None:
        found = self.bureau.delivery.hooks.outbox.newest_first(wanted.hook.id, State.PARKED, 1000)
        known = {event_id: (shop, event_id) for shop, event_id in wanted.events}
        wanted.parked |= {known[each.event_id] for each in found}

    # What must have come of it

    def settle(self) -> None:
        """Let all be well, and all that was given up be replayed."""
        self.moods = dict.fromkeys(HOSTS, "well")
        self.dies_sending = None
        self.workers = [self._worker(), self._worker()]
        for _ in range(2):
            self._work_off()
            for wanted in self._active():
                self._note_parked(wanted)
                self._replay(wanted)

    def _work_off(self) -> None:
        for _ in range(100):
            self.work(0, 2)
            self.work(1, 2)
            hooks = [each.hook.id for each in self._active()]
            counts = self.bureau.delivery.hooks.outbox.count(hooks)
            if not any(each[State.WAITING] for each in counts.values()) and not self._is_behind():
                return
            self.clock.sleep(600)
        raise AssertionError("the work has no end")

    def _is_behind(self) -> bool:
        return any(each.fanout.run() for each in self.workers)

    def check(self) -> None:
        for wanted in self._active():
            taken = {
                event
                for hook, event, _, is_taken in self.arrived
                if is_taken and hook == wanted.hook.id
            }
            assert taken == set(wanted.events)
        names: dict[tuple[str, tuple[str, str]], str] = {}
        for hook, event, message, _ in self.arrived:
            assert names.setdefault((hook, event), message) == message
        assert len(set(names.values())) == len(names)
        for wanted in self.hooks:
            came = [event for hook, event, *_ in self.arrived if hook == wanted.hook.id]
            assert set(came) <= set(wanted.events)
            if wanted.hook.is_ordered:
                places = [wanted.events.index(each) for each in came if each not in wanted.parked]
                assert places == sorted(places)

    def close(self) -> None:
        for store in self.stores:
            store.close()
