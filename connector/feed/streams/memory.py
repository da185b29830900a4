"""Memory: finds and keeps what was seen, and says what is to be read."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import simplejson
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import Connection as Database

from connector.feed.streams.interests import Wanted
from connector.feed.streams.stream import Stream
from connector.feed.streams.traces import Traces
from connector.feed.streams.tracked import KEPT, Tracked, from_row, to_row
from connector.store import Store
from connector.store.tables import event, thing
from schemas.words import OPEN_RMA_STATUSES

# A look that is so late comes before those that would tell more.
PUT_OFF = timedelta(days=1)


def has_waiting(kinds: BindParameter[Any] | None = None) -> ColumnElement[bool]:
    """Condition: some event of this RMA, of one of these kinds, waits for details."""
    return exists().where(
        event.c.stream_id == thing.c.stream_id,
        event.c.resource_id == thing.c.resource_id,
        event.c.seq.is_(None),
        *(() if kinds is None else (event.c.kind.in_(kinds),)),
    )


# Making a statement costs ten times what running it does.
_WAITS = has_waiting()
# A wanted event waits for no later look than the next.
_IS_WAITED_FOR = and_(thing.c.tries == 0, has_waiting(bindparam("kinds", expanding=True)))
DUE = (
    select(thing)
    .where(
        thing.c.stream_id == bindparam("stream"),
        or_(
            thing.c.due_at <= bindparam("now"),
            and_(thing.c.due_at.is_not(None), _IS_WAITED_FOR),
        ),
    )
    .order_by(
        thing.c.tries,
        _WAITS.desc(),
        case((_WAITS, thing.c.due_at)),
        (thing.c.due_at <= bindparam("put_off")).desc(),
        thing.c.status_since.desc(),
        thing.c.due_at,
        func.length(thing.c.resource_id),
        thing.c.resource_id,
    )
)


class TrackedThings:
    """Remembers RMAs and transactions. What writes works within the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.traces = Traces(store)
        insert = store.insert(thing)
        self._remember = insert.on_conflict_do_update(
            index_elements=["stream_id", "resource_id"],
            set_={name: insert.excluded[name] for name in KEPT},
        )

    def known(self, database: Database, stream: Stream, ids: Iterable[str]) -> dict[str, Tracked]:
        """Find those that were seen before, if only a trace of them is left."""
        asked = set(ids)
        found = database.execute(
            select(thing).where(thing.c.stream_id == stream.id, thing.c.resource_id.in_(asked))
        )
        known = {each.resource_id: each for each in map(from_row, found.mappings())}
        return known | self.traces.find(database, stream, asked - known.keys())

    def remember(self, database: Database, stream: Stream, seen: Tracked) -> None:
        """Keep one as it was seen."""
        database.execute(self._remember, {"stream_id": stream.id, **to_row(seen)})

    def note_failure(self, database: Database, stream: Stream, failing: Tracked) -> None:
        """Keep how often reading one has failed, and nothing else: that was looked up before."""
        database.execute(
            update(thing)
            .where(thing.c.stream_id == stream.id, thing.c.resource_id == failing.resource_id)
            .values(
                due_at=failing.due_at,
                tries=failing.tries,
                failing_since=failing.failing_since,
                unknown_since=failing.unknown_since,
            )
        )

    def scanned(self, database: Database, stream: Stream, ids: list[str], scan: int) -> None:
        """Note that a scan of what is open has held these, as they were known."""
        database.execute(
            update(thing)
            .where(thing.c.stream_id == stream.id, thing.c.resource_id.in_(ids))
            .values(scan=scan)
        )

    def leave(
        self, database: Database, stream: Stream, scan: int, now: datetime, *, read: bool
    ) -> int:
        """Note which of the open ones a scan did not hold, and return how many.

        Their details tell what became of them: with `read`, these are read.
        """
        gone = update(thing).where(
            thing.c.stream_id == stream.id,
            thing.c.status.in_(OPEN_RMA_STATUSES),
            thing.c.left_at.is_(None),
            thing.c.scan < scan,
        )
        due = {"due_at": now} if read else {}
        failing = database.execute(gone.where(thing.c.tries > 0).values(left_at=now))
        others = database.execute(gone.where(thing.c.tries == 0).values(left_at=now, **due))
        return failing.rowcount + others.rowcount

    def call_up(
        self,
        database: Database,
        stream: Stream,
        wanted: Wanted,
        now: datetime,
    ) -> None:
        """Schedule a read of what wanted events wait for, and of what is followed from now on."""
        waiting = select(event.c.resource_id).where(
            event.c.stream_id == stream.id,
            event.c.seq.is_(None),
            event.c.kind.in_(wanted.kinds),
        )
        reasons: list[tuple[ColumnElement[bool], ...]] = [(thing.c.resource_id.in_(waiting),)]
        if wanted.watched_from is not None:
            is_recent = thing.c.listed_at >= wanted.watched_from
            reasons.append((thing.c.watched_from.is_(None), is_recent))
        for reason in reasons:
            database.execute(
                update(thing)
                .where(thing.c.stream_id == stream.id, thing.c.due_at.is_(None))
                .where(thing.c.tries == 0, *reason)
                .values(due_at=now)
            )

    def due(self, stream: Stream, wanted: Wanted, now: datetime) -> list[Tracked]:
        """List what is to be read now: first what events wait for, last what failed before.

        News waits its turn, the oldest first. Of what is only looked at again, where something is
        to be expected comes first, in what has moved last; but nothing is put off for a day.
        """
        named = {
            "stream": stream.id,
            "kinds": list(wanted.kinds),
            "now": now,
            "put_off": now - PUT_OFF,
        }
        with self._store.read() as database:
            return [from_row(row) for row in database.execute(DUE, named).mappings()]

    def with_shipment(self, stream: Stream, shipment_id: str) -> str | None:
        """Find the RMA among whose remembered shipments there is this one, or None."""
        key = simplejson.dumps({shipment_id: ""})[1:-3]  # as it stands in what is remembered
        with self._store.read() as database:
            found: str | None = database.execute(
                select(thing.c.resource_id)
                .where(thing.c.stream_id == stream.id)
                .where(thing.c.shipments.contains(key, autoescape=True))
            ).scalar()
        return found

    def hasten(self, database: Database, stream: Stream, until: datetime) -> None:
        """Let what is watched be read again by `until` at the latest."""
        database.execute(
            update(thing)
            .where(thing.c.stream_id == stream.id, thing.c.due_at > until)
            .where(thing.c.watched_from.is_not(None), thing.c.tries == 0)
            .values(due_at=until)
        )

    def set_right(
        self, database: Database, stream: Stream, now: datetime, next_look: timedelta
    ) -> None:
        """Put nothing off that a clock has put off which was ahead and is set back since."""
        self.hasten(database, stream, now + next_look)
        late = update(thing).where(thing.c.stream_id == stream.id, thing.c.due_at > now)
        database.execute(late.where(thing.c.tries > 0).values(due_at=now))
        for column in (thing.c.failing_since, thing.c.unknown_since, thing.c.status_since):
            database.execute(
                update(thing)
                .where(thing.c.stream_id == stream.id, column > now)
                .values({column: now})
            )

    def postponed_until(self, stream: Stream, *, tries: int) -> datetime | None:
        """Return when the next is tried again of those that failed less than `tries` times."""
        with self._store.read() as database:
            due_at: datetime | None = database.execute(
                select(func.min(thing.c.due_at))
                .where(thing.c.stream_id == stream.id)
                .where(thing.c.tries > 0, thing.c.tries < tries)
            ).scalar_one()
        return due_at

    def standing(
        self, database: Database, stream: Stream, status: str | None, days: int, now: datetime
    ) -> Iterator[Tracked]:
        """Go through the open ones that have stood `days` in a status, and of which none was told.

        Without a `status`, in any in which they are open.
        """
        told = exists().where(
            event.c.stream_id == thing.c.stream_id,
            event.c.key == stuck_key(thing.c.resource_id, thing.c.stays, days),
        )
        rows = database.execute(
            select(thing)
            .where(thing.c.stream_id == stream.id, thing.c.left_at.is_(None), ~told)
            .where(thing.c.status.in_(OPEN_RMA_STATUSES if status is None else (status,)))
            .where(thing.c.status_since <= now - timedelta(days=days))
            .order_by(thing.c.status_since, thing.c.resource_id)
        ).mappings()
        return map(from_row, rows.all())


def stuck_key(resource_id: Any, stays: Any, days: int) -> Any:
    """Make the id of the event that an RMA has stood so many days, once for each of its stays."""
    if isinstance(resource_id, str):
        return f"rma:{resource_id}:stuck:{stays}:{days}"
    return literal("rma:") + resource_id + ":stuck:" + cast(stays, String) + f":{days}"
