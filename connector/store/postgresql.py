"""PostgreSQL, by connections that give up on a server which has fallen silent.

Frozen, or behind a network that swallows what is sent: libpq would wait for it for a quarter of an
hour.
"""

import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine

from connector.store.patience import left
from connector.store.waiting import ASIDE, KEPT_OPEN, LOCK_WAIT, POOL, milliseconds

Found = TypeVar("Found")
Driver = TypeVar("Driver", bound=psycopg.Connection)

CHANNEL = "returngo_connector"
CONNECT_SECONDS = 10  # seconds
LEAST_CONNECT_SECONDS = 2  # seconds: libpq takes less for as many
SILENCE = 20.0  # seconds, the longest for a statement: a lock may take ten of them
PING = 3.0  # seconds, for one that asks nothing
SERVER_GRACE = 1.0  # seconds in which the server itself may say that somebody waited for too long


def open_engine(url: str, connections: int) -> Engine:
    """Open the database at `url`; see `engine.open_engine`."""
    most = connections - ASIDE
    kept = min(most, KEPT_OPEN)
    engine = create_engine(
        url, pool_size=kept, max_overflow=most - kept, **POOL, pool_pre_ping=True
    )
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _rest)
    return engine


def connect_timeout() -> int:
    """Return how many seconds a server may take to let one in."""
    return max(LEAST_CONNECT_SECONDS, int(left(CONNECT_SECONDS)))


def open_watch(engine: Engine) -> "ChannelWatch":
    """Open a watch over what is announced; see `engine.open_watch`."""
    return ChannelWatch(engine)


def open_stamp(engine: Engine) -> "SnapshotStamp":
    """Open what tells states of the database apart; see `engine.open_stamp`."""
    return SnapshotStamp(engine)


def announce(connection: Connection) -> None:
    """Have watches see this transaction, once it is committed."""
    connection.exec_driver_sql(f"NOTIFY {CHANNEL}")


def keeps_sessions(engine: Engine) -> bool:
    """Whether a connection keeps the server's session, which locks and channels are tied to.

    A pooler that gives each transaction another one shows itself when a second connection holds
    the session that the first one had. Raises OperationalError.
    """
    seconds = connect_timeout()
    # one after the other: if the second is refused, the first is closed
    with _aside(engine, Impatient, seconds) as first, _aside(engine, Impatient, seconds) as second:
        before = _session(first)
        with second.transaction():
            _session(second)
            return _session(first) == before


def _session(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
    assert row is not None
    return int(row[0])


class ChannelWatch:
    """Hears what transactions announce on the `CHANNEL`, on a connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._connection = _aside(engine, psycopg.Connection, CONNECT_SECONDS)
        try:
            self._connection.execute(f"LISTEN {CHANNEL}")
        except psycopg.Error:
            self._connection.close()
            raise

    def wait(self, seconds: float) -> bool:
        """Return True as soon as something was announced, else False. Raises DatabaseError."""
        return any(self._connection.notifies(timeout=seconds, stop_after=1))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class SnapshotStamp:
    """Names the snapshot that a statement would see now, on a connection of its own.

    That is another one as soon as a transaction that writes has begun or ended, in any database of
    the server. For one thread at a time.
    """

    def __init__(self, engine: Engine) -> None:
        self._connection = _aside(engine, Impatient, LEAST_CONNECT_SECONDS)
        # who asks can do without: nobody is to wait for it beyond the grace
        self._connection.silence = 0

    def read(self) -> str:
        """Return the snapshot's name. Raises OperationalError, also where it takes a second."""
        row = self._connection.execute("SELECT pg_current_snapshot()::text", prepare=True)
        return str(next(row)[0])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Impatient(psycopg.Connection):
    """Waits for each answer for `silence` seconds at most (None: for ever), or as patience ends."""

    silence: float | None = PING

    def wait(self, gen: PQGen[Found], interval: float = 0.1, timeout: float | None = None) -> Found:
        """Wait for the server. Raises OperationalError and closes the connection if in vain."""
        if timeout is None and self.silence is not None:
            timeout = left(self.silence) + SERVER_GRACE
        began = time.monotonic()
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError as error:
            if timeout is None or time.monotonic() < began + timeout:
                raise
            # its late answer would be taken for that to another question
            self.close()
            raise psycopg.OperationalError("the server has fallen silent") from error


def _aside(engine: Engine, kind: type[Driver], seconds: int) -> Driver:
    """Open a connection of its own, beside the engine's, within so many seconds."""
    words, settings = engine.dialect.create_connect_args(engine.url)
    return kind.connect(*words, **{**settings, "connect_timeout": seconds, "autocommit": True})


def _connect(_dialect: Any, _record: Any, words: Any, settings: Any) -> Any:
    return Impatient.connect(*words, **{"connect_timeout": connect_timeout(), **settings})


def _prepare(connection: Any, _record: Any) -> None:
    connection.execute(f"SET lock_timeout={milliseconds(LOCK_WAIT)}")
    connection.commit()


def _begin(connection: Connection) -> None:
    wait = connection.get_execution_options().get("wait", LOCK_WAIT)
    driver: Any = connection.connection.dbapi_connection
    driver.silence = SILENCE if wait <= LOCK_WAIT else None
    if wait != LOCK_WAIT:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout={milliseconds(wait)}")


def _rest(connection: Any, _record: Any) -> None:
    if connection is not None:
        connection.silence = PING
