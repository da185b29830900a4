"""What was recorded of one thing, for people who ask what became of a return or a refund."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from connector.blocks import Kind
from connector.store import Store
from connector.store.tables import event, stream

MOST = 200


@dataclass(frozen=True)
class RecordedEvent:
    """An event as it stands in the log; `recorded_at` is None while it waits for its details."""

    id: str
    kind: Kind
    shop: str
    status: str | None
    previous: str | None
    occurred_at: datetime | None
    recorded_at: datetime | None


@dataclass(frozen=True)
class History:
    """Looks up what was recorded. Raises StoreUnavailable."""

    store: Store

    def of(self, connection_id: str, thing_id: str) -> list[RecordedEvent]:
        """List the events of an RMA or a transaction, the newest first; of a long story, the end.

        What waits for its details stands before all.
        """
        recorded = (
            select(
                event.c.key,
                event.c.kind,
                stream.c.shop,
                event.c.status,
                event.c.previous,
                event.c.occurred_at,
                event.c.recorded_at,
            )
            .join(stream)
            .where(stream.c.connection == connection_id, event.c.resource_id == thing_id)
            .order_by(event.c.seq.is_not(None), event.c.seq.desc())
            .limit(MOST)
        )
        with self.store.read() as database:
            return [
                RecordedEvent(key, Kind(kind), *rest)
                for key, kind, *rest in database.execute(recorded)
            ]
