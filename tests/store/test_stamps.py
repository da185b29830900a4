"""A stamp stays the same only as long as nobody has written anything."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from connector.store import Store, stamps
from tests.conftest import opened
from tests.databases import Migrated, postgres_url

ROUNDS = 50
END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def postgres_store(tmp_path: Path, migrated: Migrated) -> Iterator[Store]:
    with postgres_url(tmp_path, migrated) as url:
        yield from opened(url)


def write(store: Store) -> None:
    with store.write() as database:
        database.execute(text("UPDATE alembic_version SET version_num = version_num"))


def test_while_nobody_writes_the_stamp_is_the_same(each_store: Store):
    # Others write to other databases of a server meanwhile, which makes another stamp, too.
    for _ in range(ROUNDS):
        before = each_store.stamp()
        with each_store.read() as database:
            database.execute(text("SELECT version_num FROM alembic_version"))
        assert before is not None
        if each_store.stamp() == before:
            return
    pytest.fail("each look makes another stamp")


def test_each_write_makes_another_stamp_whoever_writes(each_store: Store):
    other = Store(each_store.engine.url.render_as_string(hide_password=False))
    seen = [each_store.stamp()]
    for store in (each_store, other, each_store, other):
        write(store)
        seen.append(each_store.stamp())
    other.close()
    assert None not in seen
    assert len(set(seen)) == len(seen)


def test_what_was_written_before_somebody_asked_is_in_the_stamp(each_store: Store):
    """The looks of many threads are shared, but never with one who asked later."""
    stale: list[object] = []

    def write_and_look() -> None:
        for _ in range(ROUNDS):
            before = each_store.stamp()
            write(each_store)
            if each_store.stamp() == before:
                stale.append(before)

    threads = [threading.Thread(target=write_and_look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stale == []


def test_a_database_that_fails_has_no_stamp_and_is_left_alone_for_a_while(
    each_store: Store, monkeypatch: pytest.MonkeyPatch
):
    opened: list[object] = []

    def fail(engine: object) -> None:
        opened.append(engine)
        raise each_store.engine.dialect.loaded_dbapi.OperationalError("away")

    before = each_store.stamp()
    each_store.close()
    with monkeypatch.context() as trouble:
        trouble.setattr(stamps, "open_stamp", fail)
        assert [each_store.stamp(), each_store.stamp()] == [None, None]
    assert len(opened) == 1
    monkeypatch.setattr(stamps, "REST", 0)
    # another connection may count alike, whatever was written meanwhile
    assert each_store.stamp() not in (None, before)


def test_a_connection_that_breaks_is_opened_anew(
    postgres_store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stamps, "REST", 0)
    before = postgres_store.stamp()
    with postgres_store.read() as database:
        database.execute(text(END_OTHERS))
    assert before is not None
    assert [postgres_store.stamp() is None, postgres_store.stamp() is None] == [True, False]
