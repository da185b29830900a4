"""Whoever works on what others write is told of it, and asks for nothing in vain."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from connector.store import Store, StoreUnavailable, Watch

AT_ONCE = 0.01  # seconds
PATIENCE = 10


@pytest.fixture
def watch(each_store: Store) -> Iterator[Watch]:
    """A watch that has seen what was there before."""
    watch = Watch(each_store)
    assert watch.wait(AT_ONCE)
    while watch.wait(AT_ONCE):
        pass
    yield watch
    watch.close()


def write(store: Store, *, announces: bool = True) -> None:
    with store.write() as database:
        database.execute(text("UPDATE alembic_version SET version_num = version_num"))
        if announces:
            store.announce(database)


def test_who_has_just_begun_looks(each_store: Store):
    watch = Watch(each_store)
    assert watch.wait(AT_ONCE)
    watch.close()


def test_while_nobody_writes_there_is_nothing_to_see(each_store: Store, watch: Watch):
    with each_store.read() as database:
        database.execute(text("SELECT version_num FROM alembic_version"))
    assert not watch.wait(AT_ONCE)


def test_what_was_written_is_seen_once(each_store: Store, watch: Watch):
    write(each_store)
    assert watch.wait(PATIENCE)
    assert not watch.wait(AT_ONCE)


def test_who_waits_is_woken(each_store: Store, watch: Watch):
    found: list[bool] = []
    waiting = threading.Thread(target=lambda: found.append(watch.wait(PATIENCE)))
    waiting.start()
    write(each_store)
    waiting.join()
    assert found == [True]


def test_what_is_taken_back_is_not_announced(each_store: Store, watch: Watch):
    with each_store.engine.connect() as connection:
        each_store.announce(connection)
        connection.rollback()
    assert not watch.wait(AT_ONCE)


def test_a_database_that_is_away_is_said_and_watched_again(
    each_store: Store, watch: Watch, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as broken:
        driver = each_store.engine.dialect.loaded_dbapi

        def fail(_seconds: float) -> bool:
            raise driver.OperationalError("it is away")

        broken.setattr(watch._watch, "wait", fail)
        with pytest.raises(StoreUnavailable, match="it is away"):
            watch.wait(AT_ONCE)
    assert watch.wait(AT_ONCE), "what was written meanwhile is not known"
    write(each_store)
    assert watch.wait(PATIENCE)
