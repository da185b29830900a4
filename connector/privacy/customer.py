"""Finding a customer: the returns and transactions that name one, in what is kept sealed.

What is kept is opened and looked through. An index of e-mail addresses would find them sooner, but
be one more thing that is kept of customers, and would not know what people wrote into comments.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import simplejson
from sqlalchemy import Column, ColumnElement, Select, and_, null, select
from sqlalchemy import Connection as Database

from connector.blocks import Resource
from connector.store import Store, Vault, place
from connector.store.tables import backfill, backlog, event, part, snapshot, stream, thing, trace
from schemas.words import OPEN_RMA_STATUSES

AT_ONCE = 500
REQUESTED = "Requested"


@dataclass(frozen=True, order=True)
class KeptThing:
    """An RMA or a transaction that the bridge knows, with the status that it was seen in last."""

    connection: str
    shop: str
    resource: Resource
    resource_id: str
    stream_id: int
    status: str | None = None

    @property
    def is_rma(self) -> bool:
        """Whether it is an RMA."""
        return self.resource is Resource.RMAS

    @property
    def name(self) -> str:
        """Name it for a person."""
        return f"{'RMA' if self.is_rma else 'transaction'} {self.resource_id}"

    @property
    def is_open(self) -> bool:
        """Whether more is to happen to it, of which workflows may have to hear."""
        if self.is_rma:
            return self.status in OPEN_RMA_STATUSES
        return self.status == REQUESTED


@dataclass(frozen=True)
class Customer:
    """Finds what is kept of a customer. Every method raises StoreUnavailable and WrongSecretKey."""

    store: Store
    vault: Vault

    def by_email(self, address: str) -> list[KeptThing]:
        """Find what names an e-mail address, in any case of letters, wherever it stands."""
        written = simplejson.dumps(address.strip())[1:-1]
        wanted = re.compile(
            rf"(?<![\w.+-]){re.escape(written)}(?![\w-]|\.\w)".encode(), re.IGNORECASE
        )
        with self.store.read() as database:
            streams = database.execute(select(stream)).all()
        named = {
            (each.connection, each.shop, Resource(each.resource), resource_id)
            for each in streams
            for kept, home in (_shown(each.id), _listed(each.id), _brought_in(each.id))
            for resource_id, body in self._texts(kept, home)
            if wanted.search(body)
        }
        with self.store.read() as database:
            return self._whole(database, named)

    def by_rmas(self, connection: str, shop: str, rma_ids: Iterable[str]) -> list[KeptThing]:
        """Find RMAs by their ids, and what belongs to them, if nothing is kept of them, too."""
        with self.store.read() as database:
            return self._whole(
                database, ((connection, shop, Resource.RMAS, each) for each in rma_ids)
            )

    def documents(self, things: Sequence[KeptThing]) -> Iterator[dict[str, Any]]:
        """Go through all that is kept of some things, opened: what triggers show, and last rows."""
        for each in things:
            with self.store.read() as database:
                events = database.execute(
                    select(
                        event.c.key,
                        event.c.kind,
                        event.c.recorded_at,
                        snapshot.c.id,
                        snapshot.c.body,
                    )
                    .join(snapshot, event.c.snapshot_id == snapshot.c.id)
                    .where(event.c.stream_id == each.stream_id)
                    .where(event.c.resource_id == each.resource_id)
                    .order_by(event.c.seq)
                ).all()
                row = database.execute(
                    select(thing.c.row).where(
                        thing.c.stream_id == each.stream_id,
                        thing.c.resource_id == each.resource_id,
                    )
                ).scalar()
            about = {"shop": each.shop, "resource": str(each.resource), "id": each.resource_id}
            for found in events:
                yield {
                    **about,
                    "event": found.key,
                    "recorded_at": found.recorded_at.isoformat(),
                    "shown": self.vault.open(found.body, place(snapshot.c.body, found.id)),
                }
            if row is not None:
                at = place(thing.c.row, each.stream_id, each.resource_id)
                yield {**about, "listed": self.vault.open(row, at)}

    def _texts(self, kept: Select[Any], home: Column[Any]) -> Iterator[tuple[str, bytes]]:
        """Go through sealed documents, some at a time in the order of their `number`, opened.

        `home` is the column of which each is, in the row that `at` and perhaps `within` name.
        """
        number = kept.selected_columns["number"]
        some = kept.order_by(number).limit(AT_ONCE)
        while True:
            with self.store.read() as database:
                rows = database.execute(some).all()
            for row in rows:
                within = () if row.within is None else (row.within,)
                yield row.resource_id, self.vault.text(row.body, place(home, *within, row.at))
            if len(rows) < AT_ONCE:
                return
            some = kept.where(number > rows[-1].number).order_by(number).limit(AT_ONCE)

    def _whole(
        self, database: Database, named: Iterable[tuple[str, str, Resource, str]]
    ) -> list[KeptThing]:
        """Add to RMAs their transactions, and to transactions their RMA with all of its own."""
        found = set(named)
        for connection, shop, resource, resource_id in [*found]:
            rma_ids = {resource_id}
            if resource is Resource.TRANSACTIONS:
                name = f"transaction:{resource_id}"
                rma_ids = set(
                    database.execute(
                        select(part.c.rma_id).where(_is_of(connection, shop), part.c.name == name)
                    ).scalars()
                )
            found |= {(connection, shop, Resource.RMAS, each) for each in rma_ids}
            held = select(part.c.name).where(_is_of(connection, shop), part.c.rma_id.in_(rma_ids))
            for part_name in database.execute(held).scalars():
                kind, _, part_id = part_name.partition(":")
                if kind == "transaction":
                    found.add((connection, shop, Resource.TRANSACTIONS, part_id))
        return sorted(kept for each in found if (kept := self._kept(database, *each)) is not None)

    def _kept(
        self, database: Database, connection: str, shop: str, resource: Resource, resource_id: str
    ) -> KeptThing | None:
        which = {"connection": connection, "shop": shop, "resource": resource}
        stream_id = database.execute(select(stream.c.id).filter_by(**which)).scalar()
        if stream_id is None:
            return None
        status = None
        for table in (thing, trace):
            status = (
                status
                or database.execute(
                    select(table.c.status).where(
                        table.c.stream_id == stream_id, table.c.resource_id == resource_id
                    )
                ).scalar()
            )
        return KeptThing(connection, shop, resource, resource_id, stream_id, status)


def _shown(stream_id: int) -> tuple[Select[Any], Column[Any]]:
    named = select(
        event.c.id.label("number"),
        event.c.resource_id,
        null().label("within"),
        snapshot.c.id.label("at"),
        snapshot.c.body,
    )
    of_stream = named.select_from(event).join(snapshot, event.c.snapshot_id == snapshot.c.id)
    return of_stream.where(event.c.stream_id == stream_id), snapshot.c.body


def _listed(stream_id: int) -> tuple[Select[Any], Column[Any]]:
    of = thing.c
    named = _rows(of.stream_id, of.resource_id, of.row)
    return named.where(of.stream_id == stream_id, of.row.is_not(None)), of.row


def _brought_in(stream_id: int) -> tuple[Select[Any], Column[Any]]:
    of = backlog.c
    named = _rows(of.backfill_id, of.resource_id, of.row)
    return named.join(backfill).where(backfill.c.stream_id == stream_id), of.row


def _rows(within: Column[Any], resource_id: Column[Any], row: Column[Any]) -> Select[Any]:
    return select(
        resource_id.label("number"),
        resource_id,
        within.label("within"),
        resource_id.label("at"),
        row.label("body"),
    )


def _is_of(connection: str, shop: str) -> ColumnElement[bool]:
    return and_(part.c.connection == connection, part.c.shop == shop)
