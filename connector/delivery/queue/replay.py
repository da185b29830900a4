"""The outbox: what is on its way, what has arrived, and what was given up and can be replayed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy import Connection as Database

from connector.blocks import FieldError, InvalidInput
from connector.clock import Clock
from connector.delivery.queue import hosts
from connector.store import Store
from connector.store.tables import delivery, event
from schemas.hooks import State

LONGEST_ID = 18  # digits: what a database takes for a number


@dataclass(frozen=True, kw_only=True)
class ShownDelivery:
    """One event on its way to one hook, as it is shown."""

    id: int
    message_id: str
    event_id: str
    state: State
    tries: int
    status: int | None
    failure: str | None
    first_tried_at: datetime | None
    due_at: datetime | None
    settled_at: datetime | None


class Outbox:
    """Shows the deliveries of a hook, and sends them again."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def count(self, hook_ids: Sequence[str]) -> dict[str, dict[State, int]]:
        """Count the deliveries of hooks that wait, and those that are parked."""
        asked = (State.WAITING, State.PARKED)
        counts = {each: dict.fromkeys(asked, 0) for each in hook_ids}
        with self._store.read() as database:
            rows = database.execute(
                select(delivery.c.subscription_id, delivery.c.state, func.count())
                .where(delivery.c.subscription_id.in_(list(hook_ids)))
                .where(delivery.c.state.in_(asked))
                .group_by(delivery.c.subscription_id, delivery.c.state)
            )
            for hook_id, state, count in rows:
                counts[hook_id][State(state)] = count
        return counts

    def newest_first(self, hook_id: str, state: State | None, limit: int) -> list[ShownDelivery]:
        """List deliveries of a hook: all, or those in one state."""
        which = [] if state is None else [delivery.c.state == state]
        with self._store.read() as database:
            rows = database.execute(
                select(delivery, event.c.key)
                .join(event)
                .where(delivery.c.subscription_id == hook_id, *which)
                .order_by(delivery.c.id.desc())
                .limit(limit)
            )
            return [
                ShownDelivery(
                    id=row.id,
                    message_id=row.message_id,
                    event_id=row.key,
                    state=State(row.state),
                    tries=row.tries,
                    status=row.status,
                    failure=row.failure,
                    first_tried_at=row.first_tried_at,
                    due_at=row.due_at if row.settled_at is None else None,
                    settled_at=row.settled_at,
                )
                for row in rows
            ]

    def replay_parked(self, hook_id: str, host: str) -> int:
        """Send again what was given up, and answer how much that is."""
        with self._store.write() as database:
            return self._replay(database, hook_id, host, delivery.c.state == State.PARKED)

    def replay(self, hook_id: str, host: str, ids: Sequence[str]) -> int:
        """Send again what these ids name, and answer how much that is.

        What still waits is sent anyhow. Raises InvalidInput for what is no delivery of the hook.
        """
        wanted = {each: int(each) for each in ids if each.isdecimal() and len(each) <= LONGEST_ID}
        with self._store.write() as database:
            found = set(
                database.execute(
                    select(delivery.c.id)
                    .where(delivery.c.subscription_id == hook_id)
                    .where(delivery.c.id.in_(wanted.values()))
                ).scalars()
            )
            unknown = [each for each in ids if wanted.get(each) not in found]
            if unknown:
                raise InvalidInput(
                    [FieldError("deliveries", "are not all deliveries of this hook.", unknown)]
                )
            return self._replay(database, hook_id, host, delivery.c.id.in_(found))

    def _replay(
        self, database: Database, hook_id: str, host: str, which: ColumnElement[bool]
    ) -> int:
        hosts.lock(database, {host})
        again = database.execute(
            update(delivery)
            .where(delivery.c.subscription_id == hook_id)
            .where(delivery.c.settled_at.is_not(None), which)
            .values(
                state=State.WAITING,
                due_at=self._clock.now(),
                tries=0,
                first_tried_at=None,
                settled_at=None,
            )
        )
        self._store.announce(database)
        return again.rowcount
