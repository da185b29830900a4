"""Opening the database: SQLite or PostgreSQL, whose driver alone is loaded."""

from types import ModuleType
from typing import Protocol

from sqlalchemy.engine import Engine, make_url


class DriversWatch(Protocol):
    """Sees what other connections write. Each method raises the driver's Error."""

    def wait(self, seconds: float) -> bool:
        """Return True as soon as somebody has written, else False after so many seconds."""

    def close(self) -> None:
        """Give the connection back."""


def open_engine(url: str) -> Engine:
    """Open the database at `url`.

    The execution options `writes` and `wait` tell what a transaction is for, and how many seconds
    it may wait for a lock. One that may wait longer than others may also work longer.
    """
    engine: Engine = _module(make_url(url).get_backend_name()).open_engine(url)
    return engine


def open_watch(engine: Engine) -> DriversWatch:
    """Open a watch over what is written to the database. Raises the driver's Error."""
    watch: DriversWatch = _module(engine.dialect.name).open_watch(engine)
    return watch


def _module(name: str) -> ModuleType:
    if name == "sqlite":
        from connector.store import sqlite  # noqa: PLC0415

        return sqlite
    from connector.store import postgresql  # noqa: PLC0415

    return postgresql
