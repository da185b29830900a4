"""Opening the database: what differs between SQLite and PostgreSQL."""

from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine, make_url
from tenacity import Retrying, retry_if_exception_message, stop_after_delay, wait_random

from connector.store.patience import left
from connector.store.postgresql import PING, SILENCE, Impatient, connect_timeout

LOCK_WAIT = 10.0  # seconds a transaction waits for a lock, at most
POOL: dict[str, Any] = {
    "pool_size": 20,
    "pool_timeout": 2,  # seconds a caller waits for a connection
    "hide_parameters": True,  # an error's text goes to the log; what it was about does not
}


def open_engine(url: str) -> Engine:
    """Open the database at `url`.

    The execution options `writes` and `wait` tell what a transaction is for, and how many seconds
    it may wait for a lock. One that may wait longer than others may also work longer.
    """
    if make_url(url).get_backend_name() == "sqlite":
        # A file has connections to spare: who waits, waits for the lock.
        engine = create_engine(url, **{"max_overflow": -1, **POOL})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(url, **POOL, pool_pre_ping=True)
    event.listen(engine, "do_connect", _connect_postgresql)
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "begin", _begin_postgresql)
    event.listen(engine, "checkin", _rest_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions of its own: a writer says BEGIN IMMEDIATE, so that it
    # waits for its turn at the start instead of failing in the middle.
    connection.isolation_level = None
    # SQLite does not wait by itself for the turn to switch a new file to WAL.
    switching = Retrying(
        stop=stop_after_delay(left(LOCK_WAIT)),
        wait=wait_random(max=0.1),
        retry=retry_if_exception_message(match=".*locked"),
        reraise=True,
    )
    switching(connection.execute, "PRAGMA journal_mode=WAL")
    # FULL: a claim or a spent call that a power cut takes back would be done or spent twice.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    wait = _milliseconds(options.get("wait", LOCK_WAIT))
    connection.exec_driver_sql(f"PRAGMA busy_timeout={wait}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", True) else "BEGIN")


def _connect_postgresql(_dialect: Any, _record: Any, words: Any, settings: Any) -> Any:
    return Impatient.connect(*words, **{"connect_timeout": connect_timeout(), **settings})


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    connection.execute(f"SET lock_timeout={_milliseconds(LOCK_WAIT)}")
    connection.commit()


def _begin_postgresql(connection: Connection) -> None:
    wait = connection.get_execution_options().get("wait", LOCK_WAIT)
    driver: Any = connection.connection.dbapi_connection
    driver.silence = SILENCE if wait <= LOCK_WAIT else None
    if wait != LOCK_WAIT:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout={_milliseconds(wait)}")


def _rest_postgresql(connection: Any, _record: Any) -> None:
    if connection is not None:
        connection.silence = PING


def _milliseconds(seconds: float) -> int:
    return max(1, int(1000 * seconds))  # 0 would be for ever on PostgreSQL
