"""Deleting events, with what they show and what filters have noted of them."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Connection as Database
from sqlalchemy import delete, exists, select

from connector.store.tables import event, facet, sieve, snapshot


class Placed(Protocol):
    """An event to be deleted, which may still wait for its place."""

    id: Any
    seq: Any
    snapshot_id: Any


def delete_events(database: Database, stream_id: int, events: Sequence[Placed]) -> None:
    """Delete events of a stream. Nothing may refer to them; see `Told` for what stays of each."""
    places = [each.seq for each in events if each.seq is not None]
    sieves = select(sieve.c.id).where(sieve.c.stream_id == stream_id)
    database.execute(delete(facet).where(facet.c.sieve_id.in_(sieves), facet.c.seq.in_(places)))
    database.execute(delete(event).where(event.c.id.in_([each.id for each in events])))
    shown = {each.snapshot_id for each in events if each.snapshot_id is not None}
    database.execute(
        delete(snapshot).where(
            snapshot.c.id.in_(shown), ~exists().where(event.c.snapshot_id == snapshot.c.id)
        )
    )
