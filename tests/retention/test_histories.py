"""Random histories, seen by two bridges: one deletes what is old all the time, one never does.

They must tell the same, whatever happens to old returns: nothing twice, nothing less.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import app
from connector.budget import Budget
from connector.connections import Connection
from connector.feed import Feed
from connector.retention import Retention
from connector.returngo import Transport, Upstream
from connector.sandbox.app import create_app
from connector.sandbox.world.lifecycle import OPEN_RMA_STATUSES, SHIPMENT_TRANSITIONS
from connector.sandbox.world.models import Rma
from connector.sandbox.world.ways import Ways
from connector.store import Store, Vault, migrate
from connector.store.tables import stream, thing
from schemas.reading import read_moment
from tests.databases import hurry
from tests.feed.conftest import FRESHNESS
from tests.feed.returngo import DEMO, World
from tests.stand_ins import AtOnce, HandClock, WsgiAdapter

HISTORIES = 3
# A short memory, so that a history of some days holds many lives: longer than a look is apart.
KEEPS = timedelta(hours=6)
SPANS = (61, 1_900, 9_000, 20_000)  # seconds
LOOK, MOST_LOOKS = 301, 60
ENDLESS = 2**31
NEXT = {"Pending": "Approved", "Approved": "Received", "Received": "Validated", "Validated": "Done"}
TRIGGERS = tuple(
    app.CATALOGUE.triggers[name]
    for name in (
        "new_rma",
        "rma_status_changed",
        "rma_approved",
        "refund_requested",
        "new_transaction",
        "transaction_updated",
        "shipment_created",
        "shipment_status_changed",
        "label_ready",
        "item_validated",
        "rma_comment_added",
    )
)
DEEDS = (
    *("rma", "rma", "refund", "move", "move", "move", "cancel", "reopen", "touch", "comment"),
    *("ship", "ship", "pay", "fail", "request", "refer"),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(DEEDS), st.integers(0, 9)),
        st.tuples(st.just("wait"), st.sampled_from(SPANS)),
    ),
    min_size=20,
    max_size=60,
)


class Side:
    """One bridge over a database, and a client that walks along each trigger."""

    def __init__(self, database: Path, transport: Transport, clock: HandClock) -> None:
        self.store = hurry(Store(f"sqlite:///{database}"))
        migrate(self.store)
        budget = Budget(self.store, daily=ENDLESS, second=ENDLESS, clock=clock)
        self.feed = Feed.open(
            self.store,
            Vault(["a secret only for tests"]),
            budget,
            Upstream(transport, budget, clock),
            freshness=FRESHNESS,
            baseline=timedelta(hours=1),
            clock=clock,
            pool=AtOnce(),
        )
        self.connection = Connection(id="operator", shops=(DEMO,), api_key="demo-key", label="demo")
        self.places = {
            each.key: self.feed.batch(self.connection, each, {"raw": False}).place
            for each in TRIGGERS
        }
        self.told: dict[str, list[str]] = {each.key: [] for each in TRIGGERS}

    def walk(self, earliest: datetime) -> None:
        """Go on; what is found so late that it happened before the `earliest` does not count."""
        for trigger in TRIGGERS:
            call = {"raw": False, "limit": 100, "after": self.places[trigger.key]}
            step = self.feed.batch(self.connection, trigger, call)
            self.places[trigger.key] = step.place
            self.told[trigger.key] += [
                each["id"]
                for each in step.objects
                if (at := read_moment(each["occurred_at"])) is None or at >= earliest
            ]

    def is_behind(self, now: datetime) -> bool:
        """Whether something waits to be read, or to be listed."""
        due = select(thing.c.resource_id).where(thing.c.due_at <= now)
        unlisted = select(stream.c.id).where(stream.c.scans > 0)
        with self.store.read() as database:
            return any(database.execute(each).first() is not None for each in (due, unlisted))

    def counted(self) -> dict[str, Counter[str]]:
        """Count what was told: the order of two returns is that of their reading."""
        return {key: Counter(ids) for key, ids in self.told.items()}


class Story:
    """A ReturnGO, one bridge that forgets, and one that does not."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock()
        self.sandbox = create_app(
            now=self.clock.now,
            pause=self.clock.sleep,
            empty=True,
            daily_limit=ENDLESS,
            second_limit=ENDLESS,
        )
        self.world = World(self.sandbox)
        self.transport = Transport(
            "http://sandbox.example.com", clock=self.clock, adapter=WsgiAdapter(self.sandbox)
        )
        self.forgets = Side(folder / "forgets.sqlite3", self.transport, self.clock)
        self.remembers = Side(folder / "remembers.sqlite3", self.transport, self.clock)
        self.retention = Retention.open(self.forgets.store, self.clock, keeps=KEEPS)

    def live(self, steps: list[tuple[str, int]]) -> None:
        for what, which in steps:
            if what == "wait":
                self.wait(which)
            else:
                self.do(what, which)
                # ReturnGO stamps seconds: of two deeds of one second the order could not be told.
                self.clock.advance(timedelta(seconds=1))
        for _ in range(MOST_LOOKS):  # until what was updated is listed, and all is read
            self.wait(LOOK)
            if not any(side.is_behind(self.clock.now()) for side in (self.forgets, self.remembers)):
                break

    def wait(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        for side in (self.remembers, self.forgets):
            side.walk(self.clock.now() - KEEPS)
        while self.retention.step(self.clock.now()):
            pass

    def do(self, what: str, which: int) -> None:
        rmas = list(self.sandbox.simulation.world.rmas.values())
        if what == "rma" or not rmas:
            self.world.rma()
        elif what in ("refund", "pay", "fail", "request", "refer"):
            self._pay(what, which, rmas)
        else:
            self._change(what, rmas[which % len(rmas)], which)

    def _pay(self, what: str, which: int, rmas: list[Rma]) -> None:
        world = self.sandbox.simulation.world
        money = list(world.transactions.values())
        if what == "refund" or not money:
            self.world.refund(rmas[which % len(rmas)])
            return
        transaction = money[which % len(money)]
        if what == "refer":
            count = len(transaction.external_reference_id or "")
            text = {"external_reference_id": "7" * (count + 1)}
            world.update_transaction(transaction, text, self.world.now())
        else:
            status = {"pay": "Success", "fail": "Failed", "request": "Requested"}[what]
            self.world.record(transaction, status)

    def _change(self, what: str, rma: Rma, which: int) -> None:
        world, now = self.sandbox.simulation.world, self.world.now()
        is_open = rma.status in OPEN_RMA_STATUSES
        match what:
            case "touch":
                self.world.touch(rma)
            case "move" if rma.status in NEXT:
                self.world.move(rma, NEXT[rma.status])
            case "cancel" if is_open:
                self.world.move(rma, "Canceled")
            case "reopen" if rma.status == "Canceled":
                world.reopen(rma, now)
            case "comment":
                world.add_comment(rma, f"<p>{which}</p>", now)
                self.world.touch(rma)
            case "ship" if rma.shipments:
                shipment = rma.shipments[which % len(rma.shipments)]
                ways = SHIPMENT_TRANSITIONS.get(shipment.status, ())
                if ways:
                    world.update_shipment(shipment, {"status": ways[which % len(ways)]}, now)
                    self.world.touch(rma)


@contextmanager
def begun(ways: Ways) -> Iterator[Story]:
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch("connector.feed.reading.refresher.STREAM_LOOK_EVERY", 1.0),
    ):
        told = Story(Path(folder))
        told.sandbox.simulation.ways = ways
        try:
            yield told
        finally:
            told.transport.close()
            for side in (told.forgets, told.remembers):
                side.store.close()


WAYS = st.builds(Ways, is_quiet=st.booleans(), parcels_move_rmas=st.booleans())


@settings(
    derandomize=True,
    database=None,
    max_examples=HISTORIES,
    phases=(Phase.explicit, Phase.generate),
)
@given(ways=WAYS, steps=STEPS)
def test_who_forgets_tells_what_who_remembers_tells(ways: Ways, steps: list[Any]):
    with begun(ways) as story:
        story.live(steps)
        assert story.forgets.counted() == story.remembers.counted()
