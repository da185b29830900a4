"""Counts of what is open, from what the feed knows: no call to ReturnGO is spent."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from connector.blocks import Resource, RmaCount
from connector.store import Store
from connector.store.tables import stream, thing
from schemas.words import OPEN_RMA_STATUSES


@dataclass(frozen=True)
class Counts:
    """Counts the open RMAs of one connection; see `connector.blocks.Knowledge`."""

    store: Store
    connection_id: str

    def rma_counts(self, shops: Sequence[str]) -> list[RmaCount]:
        """Count the open RMAs of `shops`, by shop and status; one row for a shop never listed.

        True as of the last whole list of what is open. Raises StoreUnavailable.
        """
        counted = (
            select(
                stream.c.shop,
                thing.c.status,
                stream.c.open_scanned_at.label("as_of"),
                func.count().label("open"),
                func.count().filter(thing.c.has_tracking.is_(False)).label("without"),
                func.count().filter(thing.c.has_tracking.is_(None)).label("unknown"),
            )
            .select_from(thing.join(stream))
            .where(*self._listed(shops))
            .where(thing.c.status.in_(OPEN_RMA_STATUSES), thing.c.left_at.is_(None))
            .group_by(stream.c.shop, thing.c.status, stream.c.open_scanned_at)
        )
        listed = select(stream.c.shop, stream.c.open_scanned_at).where(*self._listed(shops))
        with self.store.read() as database:
            rows = {(row.shop, row.status): row for row in database.execute(counted)}
            as_of = {row.shop: row.open_scanned_at for row in database.execute(listed)}
        counts = []
        for shop in shops:
            if shop not in as_of:
                counts.append(_unknown(shop))
                continue
            for status in OPEN_RMA_STATUSES:
                row = rows.get((shop, status))
                counts.append(
                    RmaCount(
                        shop=shop,
                        status=status,
                        count=0 if row is None else row.open,
                        without_tracking_number=0 if row is None else row.without,
                        tracking_unknown=0 if row is None else row.unknown,
                        as_of=as_of[shop],
                    )
                )
        return counts

    def _listed(self, shops: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
        return (
            stream.c.connection == self.connection_id,
            stream.c.resource == Resource.RMAS,
            stream.c.shop.in_(list(shops)),
            stream.c.open_scanned_at.is_not(None),
        )


def _unknown(shop: str) -> RmaCount:
    return RmaCount(
        shop=shop,
        status=None,
        count=None,
        without_tracking_number=0,
        tracking_unknown=0,
        as_of=None,
    )
