"""Troubles of the machine that a bridge stands on, each a real one that begins and ends."""

import resource
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import RawIOBase
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from connector.store.tables import metadata
from tests.databases import SERVER, postgres_url, sqlite_url
from tests.processes import Bridge
from tests.proxy import proxying

Trouble = Callable[[Bridge], AbstractContextManager[None]]
Outage = Callable[[Path], AbstractContextManager[tuple[str, Trouble]]]
DISK = 8  # MB
NONE_LEFT = 0
UNLIMITED = resource.RLIM_INFINITY


@contextmanager
def full_disk(folder: Path) -> Iterator[tuple[str, Trouble]]:
    """A file system of its own, filled to the last byte."""
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        # not `missing`: unwritable_disk tries the same wherever nothing may be mounted
        pytest.skip("This test needs the right to mount a file system.")
    ballast = disk / "ballast"

    @contextmanager
    def fill(_: Bridge) -> Iterator[None]:
        with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            write_without_end(file)
        yield
        ballast.unlink()

    try:
        yield f"sqlite:///{disk / 'bridge.sqlite3'}", fill
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def write_without_end(file: RawIOBase) -> None:
    while True:
        file.write(bytes(4096))


@contextmanager
def unwritable_disk(folder: Path) -> Iterator[tuple[str, Trouble]]:
    """The system lets the bridge write no byte into any file."""

    @contextmanager
    def forbid(bridge: Bridge) -> Iterator[None]:
        for pid in bridge.workers():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (NONE_LEFT, UNLIMITED))
        yield
        for pid in bridge.workers():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (UNLIMITED, UNLIMITED))

    with sqlite_url(folder) as url:
        yield url, forbid


@contextmanager
def locked_file(folder: Path) -> Iterator[tuple[str, Trouble]]:
    """Another process holds the SQLite file for itself."""
    with sqlite_url(folder) as url:

        @contextmanager
        def lock(_: Bridge) -> Iterator[None]:
            holder = sqlite3.connect(make_url(url).database or "", isolation_level=None)
            holder.execute("BEGIN EXCLUSIVE")
            yield
            holder.execute("ROLLBACK")
            holder.close()

        yield url, lock


@contextmanager
def locked_tables(folder: Path) -> Iterator[tuple[str, Trouble]]:
    """Somebody holds every table of a PostgreSQL database for himself, even from readers."""
    with postgres_url(folder) as url:

        @contextmanager
        def lock(_: Bridge) -> Iterator[None]:
            engine = create_engine(url)
            with engine.begin() as holder:
                names = ", ".join(metadata.tables)
                holder.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
                yield
            engine.dispose()

        yield url, lock


@contextmanager
def lost_database(folder: Path) -> Iterator[tuple[str, Trouble]]:
    """The PostgreSQL server ends every connection and takes no new ones, as in a restart."""
    with postgres_url(folder) as url:
        name = make_url(url).database
        server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
        end_all = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname=:name")

        def open_to_all(is_open: bool) -> None:
            with server.connect() as connection:
                connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {is_open}'))
                if not is_open:
                    connection.execute(end_all, {"name": name})

        @contextmanager
        def cut(_: Bridge) -> Iterator[None]:
            open_to_all(False)
            yield
            open_to_all(True)

        yield url, cut
        server.dispose()


@contextmanager
def silent_database(folder: Path) -> Iterator[tuple[str, Trouble]]:
    """The PostgreSQL server takes what is sent and answers nothing, as a frozen one does."""
    with postgres_url(folder) as direct:
        server = make_url(direct)
        with proxying(server.host or "127.0.0.1", server.port or 5432) as proxy:
            url = server.set(host="127.0.0.1", port=proxy.port)
            yield url.render_as_string(hide_password=False), lambda _: proxy.silence()


def check_whole(url: str) -> None:
    """Let SQLite look for damage."""
    if not url.startswith("sqlite"):
        return
    database = sqlite3.connect(make_url(url).database or "")
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    database.close()
