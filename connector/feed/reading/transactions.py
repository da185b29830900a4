"""Taking in what ReturnGO shows of transactions, whose rows tell all that there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Database

from connector.feed.changes.change import Change, Row
from connector.feed.changes.of_transactions import is_behind, shown_values, transaction_seen
from connector.feed.log.writer import Writer
from connector.feed.reading.news import by_id, by_number, wanted_of
from connector.feed.reading.remembered import Remembered
from connector.feed.streams.interests import Wanted
from connector.feed.streams.memory import TrackedThings
from connector.feed.streams.parts import Parts
from connector.feed.streams.stream import Stream
from connector.feed.streams.traces import WHOLE, whole_of
from connector.feed.streams.tracked import Tracked
from connector.store import Vault
from schemas.of_rma import of_rma

NONE: Mapping[str, Remembered] = {}


@dataclass(frozen=True)
class TransactionIngest:
    """Records rows of transactions. Every method works within the caller's transaction."""

    tracked: TrackedThings
    parts: Parts
    writer: Writer
    vault: Vault

    def first_sight(self, stream: Stream, resource_id: str, row: dict[str, Any]) -> Tracked:
        """Return how one was seen that nobody knew; nothing is recorded."""
        return self._transaction(stream, resource_id, row, None, Wanted())[1]

    def of_note(
        self, database: Database, stream: Stream, rows: Sequence[dict[str, Any]], wanted: Wanted
    ) -> list[Row]:
        """Choose the transactions that tell something new which somebody wants, newest first."""
        listed = by_id(stream, rows)
        known = self.tracked.known(database, stream, listed)
        return [
            row
            for resource_id, row in reversed(listed.items())
            if not _is_forgotten(known.get(resource_id))
            and any(
                wanted.wants(change.kind, change.status)
                for change in self._transaction(
                    stream, resource_id, row, known.get(resource_id), wanted
                )[0]
            )
        ]

    def take(
        self,
        database: Database,
        stream: Stream,
        rows: Sequence[dict[str, Any]],
        wanted: Wanted,
        now: datetime,
        *,
        rmas: Mapping[str, Remembered] = NONE,
    ) -> list[Change]:
        """Record and publish what the rows of transactions tell, and return what of it is news.

        `rmas` are the details of the RMAs that they belong to, where these were looked for.
        """
        news: list[Change] = []
        listed = by_id(stream, rows)
        known = self.tracked.known(database, stream, listed)
        forgotten = self._of_forgotten(database, stream, rows)
        for resource_id in sorted(listed, key=by_number):
            row, before = listed[resource_id], known.get(resource_id)
            if _is_forgotten(before):
                continue
            if resource_id in forgotten:
                self.tracked.traces.forget(database, stream.id, [resource_id], now)
                continue
            if before is not None and is_behind(row, before.known(baseline=stream.baseline_from)):
                continue
            changes, seen = self._transaction(stream, resource_id, row, before, wanted)
            news += self.writer.record(database, stream, resource_id, changes, now)
            rma = rmas.get(resource_id)
            body, read_at = (row, None) if rma is None else (of_rma(row, rma.details), rma.read_at)
            self.writer.publish(database, stream, resource_id, body, now, read_at=read_at)
            self.tracked.remember(database, stream, replace(seen, listed_at=now))
        return news

    def _of_forgotten(
        self, database: Database, stream: Stream, rows: Sequence[dict[str, Any]]
    ) -> set[str]:
        """Return the transactions that belong to RMAs which are forgotten."""
        rmas = self.tracked.traces.forgotten_rmas(database, stream)
        holders = self.parts.holders(stream, rows) if rmas else {}
        return {each for each, rma_id in holders.items() if rma_id in rmas}

    def _transaction(
        self,
        stream: Stream,
        resource_id: str,
        row: dict[str, Any],
        before: Tracked | None,
        wanted: Wanted,
    ) -> tuple[list[Change], Tracked]:
        thing = before or Tracked(resource_id=resource_id)
        values = shown_values(row)
        is_same = self._is_same(thing, values)
        known = None if before is None else before.known(baseline=stream.baseline_from)
        look = transaction_seen(resource_id, row, known, is_same=is_same)
        updated_at = look.known.updated_at or thing.updated_at
        seen = replace(thing, status=look.known.status, updated_at=updated_at)
        if not is_same:
            digests = {name: self.vault.digest(value) for name, value in values.items()}
            before_it = {} if thing.shown is None or WHOLE in thing.shown else thing.shown
            seen = replace(seen, shown={**before_it, **digests})
        return wanted_of(look, stream, wanted), seen

    def _is_same(self, thing: Tracked, values: Mapping[str, Any]) -> bool | None:
        """Whether a row shows what was shown before, None where that is not known."""
        shown = thing.shown
        if shown is None:
            return None
        if WHOLE in shown:
            by_name = {name: self.vault.digests(value) for name, value in values.items()}
            by_key = zip(*by_name.values(), strict=True)
            return any(
                whole_of(dict(zip(by_name, each, strict=True))) == shown[WHOLE] for each in by_key
            )
        return all(
            name in shown and self.vault.matches(value, shown[name])
            for name, value in values.items()
        )


def _is_forgotten(before: Tracked | None) -> bool:
    return before is not None and before.is_forgotten
