"""The real command against a real sandbox, over each sort of database."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from connector.findings import UPDATED_FILTER_SEES_ALL, Findings, Verdict
from connector.store import Store
from tests.databases import Migrated, postgres_url, sqlite_url
from tests.end_to_end.waiting import eventually
from tests.processes import (
    SHOPS,
    Sandbox,
    command,
    running_bridge,
    running_sandbox,
    running_worker,
)

WIDTH = 100


@pytest.fixture(scope="module")
def real_sandbox():
    with running_sandbox() as sandbox:
        yield sandbox


def reads(sandbox: Sandbox) -> int:
    """Count the calls that were made; all must be reads."""
    calls = sandbox.calls()
    assert {each["method"] for each in calls} <= {"GET"}
    return len(calls)


def test_the_command_checks_asks_reports_and_remembers(
    real_sandbox: Sandbox, each_database_url: str, tmp_path: Path, connection
):
    before = reads(real_sandbox)
    report = tmp_path / "report.json"
    done = command(real_sandbox.url, each_database_url, "doctor", "--report", str(report))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ReturnGO is asked 32 times at most, and only to read." in done.stdout
    made = reads(real_sandbox) - before
    assert f"{made} calls were made; nothing to mend." in done.stdout
    assert 10 < made <= 32
    assert "true        filters-are-utc: " in done.stdout
    lines = [line for line in done.stdout.splitlines() if not line.startswith("The report")]
    assert max(map(len, lines)) <= WIDTH
    assert done.stderr == ""
    written = json.loads(report.read_text())
    assert written["calls"] == {"most": 32, "made": made}
    sort = "PostgreSQL" if each_database_url.startswith("postgresql") else "SQLite"
    assert f"{sort}, schema" in done.stdout.replace("\n" + " " * 15, " ")
    store = Store(each_database_url)
    kept = Findings(store).get(connection.key_id, "filters-are-utc")
    store.close()
    assert kept is Verdict.TRUE


@pytest.mark.parametrize(
    ("way", "verdict"), [("lastUpdated", Verdict.FALSE), ("everything", Verdict.TRUE)]
)
def test_the_command_finds_out_what_the_filter_sees(
    database_url: str, connection, way: str, verdict: Verdict
):
    with running_sandbox(SANDBOX_WAYS=f"filter_sees={way}") as sandbox:
        done = command(sandbox.url, database_url, "doctor")
        assert reads(sandbox) <= 32
    store = Store(database_url)
    kept = Findings(store).get(connection.key_id, UPDATED_FILTER_SEES_ALL)
    store.close()
    assert kept is verdict
    assert f"{verdict:<12}{UPDATED_FILTER_SEES_ALL}: " in done.stdout


def test_the_command_sees_the_bridge_and_the_worker(real_sandbox: Sandbox, database_url: str):
    with (
        running_bridge(real_sandbox.url, database_url) as bridge,
        running_worker(real_sandbox.url, database_url),
    ):

        def told() -> str:
            done = command(
                real_sandbox.url, database_url, "doctor", "--calls", "0", PUBLIC_URL=bridge.url
            )
            assert done.returncode == 0, done.stdout
            return done.stdout if "worker: One is at work" in done.stdout else ""

        shown = eventually(told)
        assert f"public address: The bridge answers at {bridge.url}." in shown
        assert "What is assumed" not in shown


def test_what_is_to_mend_ends_the_command_with_1(real_sandbox: Sandbox, database_url: str):
    done = command(real_sandbox.url, database_url, "doctor", RETURNGO_API_KEY="wrong")
    assert done.returncode == 1
    assert "to mend     key: " in done.stdout
    assert "1 to mend." in done.stdout
    assert "Traceback" not in done.stderr


def test_a_public_address_without_a_bridge_ends_the_command_with_1(
    real_sandbox: Sandbox, database_url: str
):
    nowhere = "http://127.0.0.1:9"
    done = command(
        real_sandbox.url, database_url, "doctor", "--calls", "0", PUBLIC_URL=nowhere, PORT="9"
    )
    assert done.returncode == 1
    assert "could not be reached from this machine" in done.stdout.replace("\n" + " " * 15, " ")


def test_a_setting_that_is_wrong_ends_the_command_with_2_and_its_sentence(database_url: str):
    done = command("http://127.0.0.1:9", database_url, "doctor", RETURNGO_SHOPS="Not A Shop")
    assert done.returncode == 2
    assert "RETURNGO_SHOPS is" in done.stderr


@pytest.mark.parametrize("words", [("--shop", "other.myshopify.com"), ("--calls", "-1")])
def test_a_wrong_option_ends_the_command_with_2(
    real_sandbox: Sandbox, database_url: str, words: tuple[str, str]
):
    done = command(real_sandbox.url, database_url, "doctor", *words)
    assert done.returncode == 2
    assert words[0] in done.stderr


def test_a_database_that_is_away_is_told_and_ends_the_command_with_1(tmp_path: Path):
    with sqlite_url(tmp_path / "no such folder") as url:
        done = command("http://127.0.0.1:9", url, "doctor")
    assert done.returncode == 1
    assert "to mend     database: It cannot be used" in done.stdout
    assert "Check DATABASE_URL" in done.stdout


def test_a_postgresql_that_only_reads_is_told_and_ends_the_command_with_1(
    real_sandbox: Sandbox, tmp_path: Path, migrated: Migrated
):
    before = reads(real_sandbox)
    with postgres_url(tmp_path, migrated) as url:
        command(real_sandbox.url, url, "connections", "list")  # a bridge has been at work there
        store = Store(url)
        with store.write() as database:
            name = make_url(url).database
            database.execute(
                text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
            )
        store.close()
        done = command(real_sandbox.url, url, "doctor")
    assert done.returncode == 1
    assert "to mend     database: It takes nothing in" in done.stdout
    assert "What is assumed" not in done.stdout
    assert reads(real_sandbox) == before, "a call that cannot be counted is not made"


def test_a_returngo_that_is_away_is_told_and_nothing_is_asked_further(database_url: str):
    done = command("http://127.0.0.1:9", database_url, "doctor")
    assert done.returncode == 1
    assert f"to mend     shop {SHOPS[0]}: The connection to ReturnGO failed." in done.stdout
    assert "What is assumed" not in done.stdout


def test_one_shop_is_asked_where_it_is_named(real_sandbox: Sandbox, database_url: str):
    done = command(real_sandbox.url, database_url, "doctor", "--shop", SHOPS[1])
    assert f"asked in {SHOPS[1]}:" in done.stdout


def test_without_a_key_the_command_says_what_can_be_checked(
    real_sandbox: Sandbox, database_url: str
):
    before = reads(real_sandbox)
    done = command(
        real_sandbox.url,
        database_url,
        "doctor",
        RETURNGO_API_KEY="",
        ALLOW_RETURNGO_KEYS="true",
    )
    assert done.returncode == 0, done.stdout
    assert "callers bring their own" in done.stdout.replace("\n" + " " * 15, " ")
    assert reads(real_sandbox) == before
