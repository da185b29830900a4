"""Parts: which RMA holds a transaction or an item. A transaction's own row does not say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection as Database
from sqlalchemy import select

from connector.feed.changes.change import Details, Row
from connector.feed.streams.stream import Stream
from connector.store import Store
from connector.store.tables import part
from schemas.reading import rows


@dataclass(frozen=True)
class Parts:
    """Remembers what the details of RMAs have named."""

    store: Store

    def remember(self, database: Database, stream: Stream, rma_id: str, details: Details) -> None:
        """Keep what an RMA's details hold, within the caller's transaction."""
        held = [
            {"connection": stream.connection, "shop": stream.shop, "name": name, "rma_id": rma_id}
            for name in sorted({*_held_by(details)})
        ]
        if held:
            database.execute(self.store.insert(part).on_conflict_do_nothing(), held)

    def holders(self, stream: Stream, transactions: Sequence[Row]) -> Mapping[str, str]:
        """Find the RMAs that hold transactions, or the items that these pay for.

        By the transaction's id; one that no details have named is left out.
        """
        names = {str(each.get("id")): list(_names(each)) for each in transactions}
        with self.store.read() as database:
            found = database.execute(
                select(part.c.name, part.c.rma_id).where(
                    part.c.connection == stream.connection,
                    part.c.shop == stream.shop,
                    part.c.name.in_({name for own in names.values() for name in own}),
                )
            )
            holders = {row.name: row.rma_id for row in found}
        known = {
            transaction_id: [holders[name] for name in own if name in holders]
            for transaction_id, own in names.items()
        }
        return {transaction_id: rma_ids[0] for transaction_id, rma_ids in known.items() if rma_ids}


def _held_by(details: Details) -> Iterator[str]:
    yield from _named("transaction", (each.get("id") for each in rows(details, "transactions")))
    yield from _named("item", (each.get("returnedItemId") for each in rows(details, "items")))


def _names(transaction: Row) -> Iterator[str]:
    items = transaction.get("returnItemIds")
    yield from _named("transaction", [transaction.get("id")])
    yield from _named("item", items if isinstance(items, list) else [])


def _named(kind: str, ids: Iterable[Any]) -> Iterator[str]:
    return (f"{kind}:{each}" for each in ids if each not in (None, ""))
