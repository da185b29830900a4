"""How many events of each kind a day had: a day is a range of the log, counted by an index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from connector.blocks import Kind
from connector.store import Store
from connector.store.tables import event, milestone, stream
from schemas.calls import LAST_PLACE


@dataclass(frozen=True)
class DayOfEvents:
    """The events that were recorded on a day (UTC), by what happened."""

    day: date
    counts: Mapping[Kind, int]


@dataclass(frozen=True)
class Days:
    """Counts the events of days. Raises StoreUnavailable."""

    store: Store

    def since(self, connection_id: str, first: date) -> list[DayOfEvents]:
        """List the days on which a connection had events, from `first` on."""
        with self.store.read() as database:
            begins = database.execute(
                select(milestone.c.day, milestone.c.seq)
                .where(milestone.c.connection == connection_id)
                .where(milestone.c.day >= first.isoformat())
                .order_by(milestone.c.seq)
            ).all()
            streams = list(
                database.execute(
                    select(stream.c.id).where(stream.c.connection == connection_id)
                ).scalars()
            )
            places = [*(seq for _, seq in begins), LAST_PLACE]
            found = []
            for (day, after), until in zip(begins, places[1:], strict=True):
                # both lists named, so that the index over them answers alone
                counted = database.execute(
                    select(event.c.kind, func.count())
                    .where(event.c.stream_id.in_(streams), event.c.kind.in_([*Kind]))
                    .where(event.c.seq > after, event.c.seq <= until)
                    .group_by(event.c.kind)
                )
                counts = {Kind(kind): count for kind, count in counted.all()}
                found.append(DayOfEvents(date.fromisoformat(day), counts))
        return found
