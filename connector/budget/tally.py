"""The tally: how many of a key's calls went out in each hour, and what they were for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from connector.budget.purpose import Purpose
from connector.store import Store
from connector.store.tables import spent


@dataclass(frozen=True)
class HourOfCalls:
    """The calls of the hour that began at `hour` (UTC), by what they were for."""

    hour: datetime
    calls: Mapping[Purpose, int]

    @property
    def total(self) -> int:
        """How many there were."""
        return sum(self.calls.values())


@dataclass(frozen=True)
class Tally:
    """Counts calls. What takes a connection works within its transaction."""

    store: Store

    def count(
        self, connection: Connection, key_id: str, at: datetime, purpose: Purpose, calls: int = 1
    ) -> None:
        """Count a call, or with -1 take it back."""
        which = {"key_id": key_id, "hour": _hour_of(at), "purpose": purpose}
        if calls < 0:
            connection.execute(update(spent).filter_by(**which).values(calls=spent.c.calls + calls))
            return
        connection.execute(
            self.store.insert(spent)
            .values(**which, calls=calls)
            .on_conflict_do_update(
                index_elements=["key_id", "hour", "purpose"],
                set_={"calls": spent.c.calls + calls},
            )
        )

    def hours(self, key_id: str, since: datetime) -> list[HourOfCalls]:
        """List the hours since then in which there were calls. Raises StoreUnavailable."""
        with self.store.read() as connection:
            rows = connection.execute(
                select(spent.c.hour, spent.c.purpose, spent.c.calls)
                .where(spent.c.key_id == key_id, spent.c.hour >= since, spent.c.calls > 0)
                .order_by(spent.c.hour)
            ).all()
        by_hour: dict[datetime, dict[Purpose, int]] = {}
        for hour, purpose, calls in rows:
            by_hour.setdefault(hour, {})[Purpose(purpose)] = calls
        return [HourOfCalls(hour, calls) for hour, calls in by_hour.items()]


def _hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
