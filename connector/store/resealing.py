"""Sealing anew what is sealed under a former key or in the form of an earlier release."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Column, ColumnElement, LargeBinary, and_, func, or_, select, tuple_, update

from connector.store.database import Store
from connector.store.place import place
from connector.store.tables import metadata
from connector.store.vault import Vault, WrongSecretKey

AT_ONCE = 50  # rows, in a transaction of some milliseconds

log = structlog.get_logger()


@dataclass(frozen=True)
class Resealing:
    """Walks through all sealed columns, while the bridge runs. Raises StoreUnavailable.

    What is sealed anew says so itself: stopped anywhere, it goes on where something is left.
    """

    store: Store
    vault: Vault

    def left(self) -> int:
        """Count the values that are not sealed in the newest form, by the newest key."""
        with self.store.read() as database:
            return sum(
                database.execute(
                    select(func.count()).select_from(column.table).where(self._is_former(column))
                ).scalar_one()
                for columns in sealed_columns()
                for column in columns
            )

    def steps(self) -> Iterator[int]:
        """Seal anew, some rows at a time; yield of each time how many values it were.

        A row that is being written to is left out, and so is what no key opens.
        """
        for columns in sealed_columns():
            last: tuple[Any, ...] | None = None
            while True:
                done, last = self._step(columns, last)
                if last is None:
                    break
                yield done

    def _step(
        self, columns: list[Column[Any]], last: tuple[Any, ...] | None
    ) -> tuple[int, tuple[Any, ...] | None]:
        table = columns[0].table
        key = tuple(table.primary_key.columns)
        wanted = select(*key, *columns).where(or_(*map(self._is_former, columns)))
        if last is not None:
            wanted = wanted.where(tuple_(*key) > tuple_(*last))
        # Who waits for no lock takes part in no deadlock, in whatever order others lock.
        wanted = wanted.order_by(*key).limit(AT_ONCE).with_for_update(skip_locked=True)
        done = 0
        with self.store.write() as database:
            rows = database.execute(wanted).all()
            for row in rows:
                where = tuple(row[: len(key)])
                values = dict(self._anew(columns, where, row[len(key) :]))
                done += len(values)
                if values:
                    own = and_(*(column == part for column, part in zip(key, where, strict=True)))
                    database.execute(update(table).where(own).values(values))
        return done, tuple(rows[-1][: len(key)]) if rows else None

    def _anew(
        self, columns: list[Column[Any]], where: tuple[Any, ...], sealed: tuple[Any, ...]
    ) -> Iterator[tuple[str, bytes]]:
        for column, value in zip(columns, sealed, strict=True):
            if value is None or self.vault.is_current(value):
                continue
            try:
                yield column.name, self.vault.reseal(value, place(column, *where))
            except WrongSecretKey as error:
                log.warning(
                    "reseal.shut", table=column.table.name, column=column.name, reason=str(error)
                )

    def _is_former(self, column: Column[Any]) -> ColumnElement[bool]:
        head = self.vault.head
        return and_(column.is_not(None), func.substr(column, 1, len(head)) != head)


def sealed_columns() -> Iterator[list[Column[Any]]]:
    """Go through the tables that hold something sealed: all that is bytes is sealed."""
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, LargeBinary)]
        if columns:
            yield columns
