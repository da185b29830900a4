"""Opening the database: SQLite or PostgreSQL, whose driver alone is loaded."""

from collections.abc import Hashable
from types import ModuleType
from typing import Protocol

from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError


class DriversWatch(Protocol):
    """Sees what other connections write. Each method raises the driver's Error."""

    def wait(self, seconds: float) -> bool:
        """Return True as soon as somebody has written, else False after so many seconds."""

    def close(self) -> None:
        """Give the connection back."""


class DriversStamp(Protocol):
    """Tells states of the database apart. Each method raises the driver's Error."""

    def read(self) -> Hashable:
        """Return what is the same only as long as nobody has written to the database."""

    def close(self) -> None:
        """Give the connection back."""


def open_engine(url: str, connections: int) -> Engine:
    """Open the database at `url`, by so many connections of this process at most.

    A SQLite file has as many as are asked for.

    The execution options `writes` and `wait` tell what a transaction is for, and how many seconds
    it may wait for a lock. One that may wait longer than others may also work longer.
    """
    engine: Engine = _module(make_url(url).get_backend_name()).open_engine(url, connections)
    return engine


def open_watch(engine: Engine) -> DriversWatch:
    """Open a watch over what is written to the database. Raises the driver's Error."""
    watch: DriversWatch = _module(engine.dialect.name).open_watch(engine)
    return watch


def open_stamp(engine: Engine) -> DriversStamp:
    """Open what tells states of the database apart. Raises the driver's Error."""
    stamp: DriversStamp = _module(engine.dialect.name).open_stamp(engine)
    return stamp


def keeps_sessions(engine: Engine) -> bool:
    """Whether a connection keeps its session from one transaction to the next.

    Raises the driver's Error.
    """
    keeps: bool = _module(engine.dialect.name).keeps_sessions(engine)
    return keeps


def errors_of(engine: Engine) -> tuple[type[Exception], ...]:
    """Return what a driver that is used beside transactions may raise."""
    return SQLAlchemyError, engine.dialect.loaded_dbapi.Error


def _module(name: str) -> ModuleType:
    if name == "sqlite":
        from connector.store import sqlite  # noqa: PLC0415

        return sqlite
    from connector.store import postgresql  # noqa: PLC0415

    return postgresql
