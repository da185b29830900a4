import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

import app
from connector.blocks import Catalogue
from connector.cli.web_server import Gunicorn, serve
from connector.store import Store, migrate
from tests.processes import ROOT
from tests.tools import path_of
from tests.toy import actions, triggers

SETTINGS = {
    "RETURNGO_API_KEY": "some-key",
    "RETURNGO_SHOPS": "demo.myshopify.com",
    "BRIDGE_TOKEN": "some-token-of-thirty-two-letters",
    "SECRET_KEY": "some secret that is of a good length",
}


def check_refusal(sentence: str, change: dict[str, str], *, under: tuple[str, ...] = ()) -> None:
    """Start the bridge: it must end at once, with the sentence as its only line."""
    ended = subprocess.run(
        [*under, sys.executable, "-m", "connector", "run"],
        cwd=ROOT,
        env={**os.environ, **SETTINGS, **change},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Error: {sentence}")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"RETURNGO_API_KEY": ""}, "RETURNGO_API_KEY is missing"),
        ({"RETURNGO_SHOPS": ""}, "RETURNGO_SHOPS is missing"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short but not too short"}, "SECRET_KEY is too short to be safe"),
        ({"HOST": "0.0.0.0"}, "PROXIES is missing: others reach 0.0.0.0"),
        ({"PORT": "eighty"}, "PORT is 'eighty', which is malformed"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL is malformed"),
        ({"DATABASE_URL": "sqlite:////no/such/folder/x"}, "DATABASE_URL cannot be used"),
        ({"DATABASE_URL": f"sqlite:///{__file__}"}, "DATABASE_URL cannot be used: file is not"),
    ],
)
def test_a_missing_or_malformed_setting_stops_the_start_with_one_sentence(
    change: dict[str, str], sentence: str
):
    check_refusal(sentence, change)


@pytest.fixture
def old_database(tmp_path: Path) -> Path:
    """A database that a bridge has used before, alone in its folder."""
    file = tmp_path / "bridge.sqlite3"
    store = Store(f"sqlite:///{file}")
    migrate(store)
    store.close()
    return file


def without_privileges() -> tuple[str, ...]:
    """Have root, too, keep to what a file's mode says."""
    if os.geteuid():
        return ()
    return (path_of("setpriv"), "--bounding-set=-dac_override", "--inh-caps=-dac_override")


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_database_that_cannot_be_written_stops_the_start(old_database: Path, what: str):
    closed = old_database if what == "file" else old_database.parent
    closed.chmod(0o500)
    check_refusal(
        "DATABASE_URL cannot be used: ",
        {"DATABASE_URL": f"sqlite:///{old_database}"},
        under=without_privileges(),
    )
    closed.chmod(0o700)


def test_a_database_of_a_release_to_come_stops_the_start(old_database: Path):
    url = f"sqlite:///{old_database}"
    store = Store(url)
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    check_refusal(
        "DATABASE_URL cannot be used: it is of another release of the bridge", {"DATABASE_URL": url}
    )


def test_web_processes_are_forked_when_the_schemas_are_made(
    monkeypatch: pytest.MonkeyPatch, database_url: str
):
    fresh = Catalogue.of(triggers, actions)
    monkeypatch.setattr(app, "CATALOGUE", fresh)
    # instead of serving without an end
    monkeypatch.setattr(Gunicorn, "run", lambda _: None)
    for name, value in {**SETTINGS, "DATABASE_URL": database_url}.items():
        monkeypatch.setenv(name, value)
    serve()
    assert all("output_schema" in vars(block) for block in fresh)
