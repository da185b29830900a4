"""Stays: RMAs that have stood too long in a status, told by the bridge's own clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection as Database

from connector.blocks import Kind, Topic
from connector.clock import Clock
from connector.feed.changes.change import Change
from connector.feed.log.writer import Writer
from connector.feed.reading.reading import Reading
from connector.feed.reading.remembered import Remembered, RememberedRmas
from connector.feed.reading.whole import SUMMARY
from connector.feed.streams.memory import TrackedThings, stuck_key
from connector.feed.streams.stream import Stream
from connector.feed.streams.tracked import Tracked
from connector.store import Store, Vault, place
from connector.store.tables import thing


@dataclass(frozen=True)
class Stays:
    """Tells of RMAs that have stood for as many days in a status as somebody asks for.

    Once for each RMA and stay, without a call to ReturnGO: an event shows the RMA as it was known.
    """

    store: Store
    tracked: TrackedThings
    writer: Writer
    vault: Vault
    remembered: RememberedRmas
    clock: Clock

    def run(self, reading: Reading) -> None:
        """Record and publish what has become due. Raises LeaseLost, StoreUnavailable."""
        if not reading.wanted.stays:
            return
        with self.store.write() as database:
            reading.lease.update(database, self.clock.now())
            for topic, rma in self._due(database, reading):
                self._tell(database, reading.stream, topic, rma)

    def _due(self, database: Database, reading: Reading) -> Iterator[tuple[Topic, Tracked]]:
        now = self.clock.now()
        for topic in sorted(reading.wanted.stays, key=str):
            days = topic.days or 0
            for rma in self.tracked.standing(database, reading.stream, topic.status, days, now):
                yield topic, rma

    def _tell(self, database: Database, stream: Stream, topic: Topic, rma: Tracked) -> None:
        days, since = topic.days or 0, rma.status_since
        assert since is not None  # else it would not be due
        now = self.clock.now()
        change = Change(
            key=stuck_key(rma.resource_id, rma.stays, days),
            kind=Kind.RMA_STUCK,
            status=rma.status,
            occurred_at=since + timedelta(days=days),
        )
        is_news = self.writer.record_stay(
            database, stream, rma.resource_id, change, now, days=days, since=since
        )
        if is_news:
            known = self.remembered.of(database, stream, rma.resource_id) or self._row(stream, rma)
            self.writer.publish_one(
                database, stream, change, known.details, now, read_at=known.read_at
            )

    def _row(self, stream: Stream, rma: Tracked) -> Remembered:
        """Return what is known of an RMA of which no event was shown: its row alone."""
        row = {"rmaId": rma.resource_id}
        if rma.row is not None:
            row = self.vault.open(rma.row, place(thing.c.row, stream.id, rma.resource_id))
        return Remembered({SUMMARY: {**row, "status": rma.status}})
