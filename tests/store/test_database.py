import sqlite3
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, event, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from connector.store import Store, StoreBusy, StoreUnavailable, database, migrate, patience
from connector.store.tables import sequence
from connector.store.waiting import ASIDE, LEAST_CONNECTIONS
from tests.databases import POSTGRESQL


def numbers(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {row.connection: row.last_seq for row in connection.execute(select(sequence))}


def put(store: Store, name: str) -> None:
    with store.write() as connection:
        connection.execute(insert(sequence).values(connection=name, last_seq=1))


def test_a_write_is_whole_or_not_at_all(each_store: Store):
    def write_half() -> None:
        with each_store.write() as connection:
            connection.execute(insert(sequence).values(connection="half", last_seq=1))
            raise LookupError

    with pytest.raises(LookupError):
        write_half()
    assert numbers(each_store) == {}


def test_a_write_is_seen_by_the_next_read(each_store: Store):
    put(each_store, "a")

    assert numbers(each_store) == {"a": 1}


def test_a_write_outlives_its_process(each_database_url: str, each_store: Store):
    put(each_store, "a")
    each_store.close()
    later = Store(each_database_url)

    assert numbers(later) == {"a": 1}
    later.close()


def test_insert_leaves_what_is_there_alone(each_store: Store):
    put(each_store, "a")
    again = each_store.insert(sequence).values(connection="a", last_seq=9).on_conflict_do_nothing()
    with each_store.write() as connection:
        connection.execute(again)

    assert numbers(each_store) == {"a": 1}


def test_a_broken_rule_of_the_schema_is_our_fault_not_the_databases(each_store: Store):
    put(each_store, "a")

    with pytest.raises(IntegrityError):
        put(each_store, "a")


def test_a_statement_that_cannot_be_is_no_outage_on_postgresql(each_store: Store):
    # SQLite has one word for both
    kind = StoreUnavailable if each_store.engine.dialect.name == "sqlite" else ProgrammingError

    with pytest.raises(kind), each_store.read() as connection:
        connection.execute(text("SELECT * FROM nowhere"))


def test_an_error_does_not_tell_what_was_being_stored(each_store: Store):
    put(each_store, "ada@example.com")

    with pytest.raises(IntegrityError) as error:
        put(each_store, "ada@example.com")
    assert "parameters" in str(error.value)
    assert "[parameters: {" not in str(error.value)
    assert "[parameters: (" not in str(error.value)


def test_concurrent_writers_wait_for_their_turn(each_store: Store):
    put(each_store, "a")

    def count_up(_: int) -> None:
        with each_store.write() as connection:
            # read first and write later: without a lock at the start, numbers get lost
            found = connection.execute(select(sequence.c.last_seq).with_for_update()).scalar_one()
            connection.execute(sequence.update().values(last_seq=found + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_up, range(40)))

    assert numbers(each_store) == {"a": 41}


def test_a_reader_sees_what_was_committed_while_another_writes(each_store: Store):
    put(each_store, "a")
    with each_store.write() as connection:
        connection.execute(sequence.update().values(last_seq=2))

        assert numbers(each_store) == {"a": 1}
    assert numbers(each_store) == {"a": 2}


def test_what_a_thread_reads_in_a_glance_is_one_transaction(each_store: Store):
    begun: list[Connection] = []

    @event.listens_for(each_store.engine, "begin")
    def note(connection: Connection) -> None:
        begun.append(connection)

    with each_store.glance():
        with each_store.read() as first, each_store.glance(), each_store.read() as second:
            assert first is second
        with each_store.read() as third:
            assert third is first
        with ThreadPoolExecutor(1) as other:
            assert other.submit(each_store.ping).result() is None
    assert len(begun) == 2
    each_store.ping()
    assert len(begun) == 3


def test_a_glance_that_fails_is_over(each_store: Store):
    with pytest.raises(StoreUnavailable), each_store.glance(), each_store.read():
        raise OperationalError("", {}, Exception("it is away"))
    each_store.ping()


def test_sqlite_checks_foreign_keys(store: Store):
    orphan = text("INSERT INTO thing (stream_id, resource_id, tries) VALUES (404, '1', 0)")
    with pytest.raises(IntegrityError), store.write() as connection:
        connection.execute(orphan)


def test_a_locked_sqlite_file_is_unavailable(
    database_url: str, store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(database, "LOCK_WAIT", 0)
    hasty = Store(database_url)

    with store.write(), pytest.raises(StoreBusy, match="locked"), hasty.write():
        pytest.fail("two writers at once")
    put(hasty, "afterwards")
    hasty.close()


def test_who_has_no_patience_left_waits_for_no_lock(each_database_url: str, each_store: Store):
    other = Store(each_database_url)
    lock = text(
        "SELECT 1" if other.engine.dialect.name == "sqlite" else "LOCK TABLE sequence IN SHARE MODE"
    )
    with each_store.write() as holder:
        holder.execute(lock)
        with patience(0), pytest.raises(StoreBusy, match=r"locked|lock timeout"):
            put(other, "a")
    put(other, "afterwards")
    assert numbers(other) == {"afterwards": 1}
    other.close()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path):
    file = tmp_path / "bridge.sqlite3"
    file.write_text("what somebody else has stored here, long enough to be looked at " * 99)
    strange = Store(f"sqlite:///{file}")

    with pytest.raises(StoreUnavailable, match="not a database"):
        strange.ping()
    strange.close()


@pytest.mark.parametrize("each_database_url", POSTGRESQL, indirect=True)
def test_a_server_that_only_lets_read_is_unavailable(each_store: Store):
    def write() -> None:
        with each_store.write() as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(insert(sequence).values(connection="a", last_seq=1))

    with pytest.raises(StoreUnavailable, match="read-only"):
        write()


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path):
    nowhere = Store(f"sqlite:///{tmp_path}/no-such-folder/bridge.sqlite3")

    with pytest.raises(StoreUnavailable, match="unable to open"):
        nowhere.ping()


def test_a_full_disk_is_unavailable_and_changes_nothing(store: Store):
    with store.read() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()

    def write_much() -> None:
        with store.write() as connection:
            connection.execute(text(f"PRAGMA max_page_count={pages}"))
            for number in range(10_000):
                connection.execute(insert(sequence).values(connection=f"{number:099}", last_seq=1))

    with pytest.raises(StoreUnavailable, match="full"):
        write_much()
    assert numbers(store) == {}


def test_a_server_that_does_not_answer_is_unavailable():
    # port 1 is nobody's
    nowhere = Store("postgresql+psycopg://somebody:planted-password@127.0.0.1:1/bridge")

    with pytest.raises(StoreUnavailable) as error:
        nowhere.ping()
    assert "planted-password" not in str(error.value)
    nowhere.close()


@pytest.mark.parametrize("each_database_url", POSTGRESQL, indirect=True)
def test_who_finds_no_connection_in_time_is_told_so(each_database_url: str):
    small = Store(each_database_url, connections=LEAST_CONNECTIONS)

    with ExitStack() as stack:
        for _ in range(LEAST_CONNECTIONS - ASIDE):
            stack.enter_context(small.read())
        with patience(0.01), pytest.raises(StoreBusy, match="all connections"), small.read():
            pytest.fail("a connection too many")
    small.ping()
    small.close()


@pytest.fixture
def few(each_database_url: str) -> Iterator[str]:
    """A database that a role owns which may have only so many connections to it."""
    role = f"few_{uuid.uuid4().hex}"
    server = create_engine(each_database_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN CONNECTION LIMIT {LEAST_CONNECTIONS}"))
        connection.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}"))
    own = make_url(each_database_url).set(username=role)
    yield own.render_as_string(hide_password=False)
    with server.connect() as connection:
        ended = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :role")
        connection.execute(ended, {"role": role})
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))
    server.dispose()


@pytest.mark.parametrize("each_database_url", POSTGRESQL, indirect=True)
def test_a_hundred_callers_share_the_few_connections_that_a_server_allows(few: str):
    small = Store(few, connections=LEAST_CONNECTIONS)
    migrate(small)
    stamps = [
        small.stamp(),
        small.stamp(),
    ]  # which has a connection of its own, as in web processes
    together = threading.Barrier(100)

    def look(number: int) -> None:
        together.wait(10)
        for _ in range(5):
            with small.read() as connection:
                connection.execute(text("SELECT 1"))
        put(small, str(number))

    with ThreadPoolExecutor(100) as pool:
        list(pool.map(look, range(100)))
    assert None not in stamps
    assert len(numbers(small)) == 100
    small.close()


@pytest.mark.parametrize("each_database_url", POSTGRESQL, indirect=True)
def test_a_connection_that_the_server_ended_is_unavailable_once(each_store: Store):
    def lose_the_connection() -> None:
        with each_store.read() as connection:
            own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with each_store.read() as other:
                other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
            connection.execute(text("SELECT 1"))

    with pytest.raises(StoreUnavailable):
        lose_the_connection()
    each_store.ping()


@pytest.mark.parametrize("each_database_url", POSTGRESQL, indirect=True)
def test_a_server_restart_between_two_calls_is_not_noticed(each_store: Store):
    with each_store.read() as kept, each_store.read() as pooled:
        pooled_id = pooled.execute(text("SELECT pg_backend_pid()")).scalar_one()
        kept_id = kept.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with each_store.read() as connection:
        own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        for backend in {pooled_id, kept_id} - {own}:
            connection.execute(text("SELECT pg_terminate_backend(:id)"), {"id": backend})

    with each_store.read() as one, each_store.read() as other:
        assert one.execute(text("SELECT 1")).scalar_one() == 1
        assert other.execute(text("SELECT 1")).scalar_one() == 1


def test_what_the_database_said_is_one_line_without_the_statement():
    cause = sqlite3.OperationalError("disk I/O error\nand more")
    error = OperationalError("SELECT 'planted'", {"name": "planted"}, cause)

    assert database.reason_of(error) == "disk I/O error"


def test_a_wordless_error_is_called_by_its_name():
    assert database.reason_of(TimeoutError()) == "TimeoutError"


def test_a_store_serves_many_threads_at_once(each_store: Store):
    # as many as the pool holds, all with a connection in their hands at the same moment
    together = threading.Barrier(20)

    def look(_: int) -> int:
        with each_store.read() as connection:
            together.wait(10)
            return int(connection.execute(text("SELECT 1")).scalar_one())

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(look, range(20))) == 20


def test_ping_is_silent_where_the_database_answers(each_store: Store):
    each_store.ping()
    each_store.close()
    each_store.ping()
