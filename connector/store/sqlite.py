"""A SQLite file: writers stand in a queue, and nothing that was written is lost to a power cut."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import OperationalError
from tenacity import Retrying, retry_if_exception_message, stop_after_delay, wait_random

from connector.store.patience import left
from connector.store.sqlite_file import keep_to_owner
from connector.store.waiting import KEPT_OPEN, LOCK_WAIT, POOL, milliseconds

FILE_LOOK_EVERY = 0.025  # seconds
INCREMENTAL = 2  # what is deleted stays in the file until it is asked to become shorter
SPARE = 0.05  # of a file may be empty
LEAST_SPARE = 1000  # pages


def open_engine(url: str, _connections: int) -> Engine:
    """Open the file at `url`; see `engine.open_engine`."""
    name = make_url(url).database
    if name and name != ":memory:" and not name.startswith("file:"):
        keep_to_owner(Path(name))
    # A file has connections to spare: who waits, waits for the lock.
    engine = create_engine(url, pool_size=KEPT_OPEN, max_overflow=-1, **POOL)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def open_watch(engine: Engine) -> "FileWatch":
    """Open a watch over what is written to the file; see `engine.open_watch`."""
    return FileWatch(engine)


def open_stamp(engine: Engine) -> "FileStamp":
    """Open what tells states of the file apart; see `engine.open_stamp`."""
    return FileStamp(engine)


def keeps_sessions(_engine: Engine) -> bool:
    """Whether a connection keeps its session: a file's always does."""
    return True


class FileWatch:
    """Sees that another connection has written to the file."""

    def __init__(self, engine: Engine) -> None:
        self._stamp = FileStamp(engine)
        self._seen: int | None = None

    def wait(self, seconds: float) -> bool:
        """Return True as soon as something was written, else False. Raises DatabaseError."""
        until = time.monotonic() + seconds
        while (stamp := self._stamp.read()) == self._seen:
            left_over = until - time.monotonic()
            if left_over <= 0:
                return False
            time.sleep(min(FILE_LOOK_EVERY, left_over))
        self._seen = stamp
        return True

    def close(self) -> None:
        """Give the connection back."""
        self._stamp.close()


class FileStamp:
    """Counts what other connections have written to the file: a look opens no transaction.

    For one thread at a time.
    """

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.raw_connection()
        self._driver: Any = self._connection.driver_connection

    def read(self) -> int:
        """Return the count. Raises DatabaseError."""
        return int(self._driver.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def spare_pages(connection: Connection) -> int:
    """Count the empty pages of a file beyond those that are kept for what is written next.

    0 of one that an earlier release has made: it cannot be shortened piece by piece.
    """

    def ask(what: str) -> int:
        return int(connection.exec_driver_sql(f"PRAGMA {what}").scalar_one())

    if ask("auto_vacuum") != INCREMENTAL:
        return 0
    return max(0, ask("freelist_count") - max(LEAST_SPARE, int(SPARE * ask("page_count"))))


def vacuum(connection: Connection, pages: int) -> None:
    """Give up to so many empty pages back to the disk."""
    # SQLite empties a page a step, and Python's driver takes one step of what answers no rows.
    driver: Any = connection.connection.dbapi_connection
    for _ in range(pages):
        driver.execute("PRAGMA incremental_vacuum(1)")


def _prepare(connection: Any, _record: Any) -> None:
    # The driver must not open transactions of its own: a writer says BEGIN IMMEDIATE, so that it
    # waits for its turn at the start instead of failing in the middle.
    connection.isolation_level = None
    # Only a new file takes it, before its first page is written; to any other it is a write.
    if connection.execute("PRAGMA page_count").fetchone() == (0,):
        connection.execute(f"PRAGMA auto_vacuum={INCREMENTAL}")
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


def _begin(connection: Connection) -> None:
    # Each transaction begins so: straight to the driver, it costs a tenth.
    driver: Any = connection.connection.dbapi_connection
    options = connection.get_execution_options()
    wait = milliseconds(options.get("wait", LOCK_WAIT))
    begin = "BEGIN IMMEDIATE" if options.get("writes", True) else "BEGIN"
    try:
        driver.execute(f"PRAGMA busy_timeout={wait}")
        driver.execute(begin)
    except sqlite3.DatabaseError as error:
        raise OperationalError(begin, None, error) from error
