import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect, text

from connector.store import Store, StoreUnavailable, migrate
from connector.store.migrate import HEAD, MIGRATIONS
from connector.store.tables import metadata
from tests.databases import POSTGRESQL

PROCESSES = 8
ROOT = Path(__file__).parents[2]
MIGRATE_AT_ONCE = """
import multiprocessing, sys
from connector.store import Store, migrate

def work(barrier):
    store = Store(sys.argv[1])
    barrier.wait()
    migrate(store)
    store.close()

fork = multiprocessing.get_context("fork")
barrier = fork.Barrier(int(sys.argv[2]))
processes = [fork.Process(target=work, args=[barrier]) for _ in range(barrier.parties)]
for process in processes: process.start()
for process in processes: process.join()
print(*(process.exitcode for process in processes))
"""


def tables(store: Store) -> set[str]:
    with store.read() as connection:
        return set(inspect(connection).get_table_names())


def test_the_migrations_make_exactly_the_declared_tables(each_store: Store):
    with each_store.read() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), metadata)

    assert difference == []
    assert tables(each_store) == {*metadata.tables, "alembic_version"}


def test_a_missing_column_would_be_noticed(each_store: Store):
    # the comparison above proves nothing unless it can fail
    with each_store.write() as connection:
        connection.execute(text("ALTER TABLE thing DROP COLUMN has_tracking"))
    with each_store.read() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), metadata)

    assert difference[0][0] == "add_column"


def test_migrating_again_keeps_what_is_stored(each_store: Store):
    with each_store.write() as connection:
        connection.execute(text("INSERT INTO sequence (connection, last_seq) VALUES ('a', 7)"))
    migrate(each_store)

    with each_store.read() as connection:
        assert connection.execute(text("SELECT last_seq FROM sequence")).scalar_one() == 7


def test_a_migration_that_fails_leaves_nothing_behind(
    each_new_database_url: str, monkeypatch: pytest.MonkeyPatch
):
    store = Store(each_new_database_url)
    upgrade = command.upgrade

    def upgrade_and_fail(*args: str) -> None:
        upgrade(*args)  # type: ignore[arg-type]
        raise CommandError("killed in the middle")

    monkeypatch.setattr(command, "upgrade", upgrade_and_fail)
    with pytest.raises(CommandError):
        migrate(store)
    store.schema = None
    assert tables(store) == set()

    monkeypatch.undo()
    migrate(store)
    assert set(metadata.tables) < tables(store)
    store.close()


def test_processes_that_start_at_once_all_find_the_schema(each_new_database_url: str):
    # one parent imports, then forks: eight real processes that set off together
    done = subprocess.run(
        [sys.executable, "-c", MIGRATE_AT_ONCE, each_new_database_url, str(PROCESSES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout.split() == ["0"] * PROCESSES
    store = Store(each_new_database_url)
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    store.close()


def test_a_database_of_a_release_to_come_is_left_alone(each_store: Store):
    with each_store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match=r"another release of the bridge .*9999"):
        migrate(each_store)
    each_store.schema = None
    with each_store.read() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    assert found == "9999"


def test_a_bridge_that_runs_on_keeps_off_what_a_release_to_come_has_migrated(each_store: Store):
    older = Store(each_store.engine.url.render_as_string(hide_password=False))
    migrate(older)
    with each_store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for begin in (older.read, older.write):
        with pytest.raises(StoreUnavailable, match="its schema is 9999"), begin():
            pytest.fail("it went on")
    older.close()


@pytest.mark.parametrize("each_database_url", POSTGRESQL, indirect=True)
def test_a_migration_waits_for_what_older_bridges_are_doing(each_store: Store):
    older = Store(each_store.engine.url.render_as_string(hide_password=False))
    migrate(older)
    lock = text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE NOWAIT")
    with older.write(), pytest.raises(StoreUnavailable), each_store.write() as connection:
        connection.execute(lock)
    with each_store.write() as connection:
        connection.execute(lock)
    older.close()


def test_a_database_that_has_lost_its_tables_is_unavailable(each_store: Store):
    with each_store.write() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(StoreUnavailable, match=r"no such table|lost its tables"):
        each_store.ping()


def test_the_newest_migration_is_the_one_whose_file_says_so():
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD
