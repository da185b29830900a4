"""A process loads what it uses: a start is short, and a worker small."""

import os
import subprocess
import sys

import pytest

from tests.processes import ROOT, SHOPS

WORKER = "import connector.catalogue, connector.cli.worker"
START = """
from connector.store import Store, migrate
store = Store({url!r})
migrate(store)
store.try_writing()
store.close()
"""
FORKED = "import app, connector.cli.web_server"
SETTINGS = {
    "RETURNGO_API_KEY": "demo-key",
    "RETURNGO_SHOPS": SHOPS[0],
    "BRIDGE_TOKEN": "demo-token",
    "SECRET_KEY": "a secret only for tests",
    "RETURNGO_BASE_URL": "http://127.0.0.1:8081",
}


def loaded(code: str, **environ: str) -> set[str]:
    """Run some code in a process of its own; return the packages that it has loaded."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(shown.stdout.splitlines()[-1].split())


def test_a_worker_loads_neither_the_web_nor_an_exporter():
    modules = loaded(WORKER)
    assert "connector.delivery" in modules
    assert modules.isdisjoint({"flask", "werkzeug", "connector.web", "connector.export"})


def test_the_command_that_begins_anew_has_loaded_next_to_nothing():
    modules = loaded("import connector.cli.run")
    assert modules.isdisjoint({"flask", "requests", "jsonschema", "connector.blocks"})
    assert modules.isdisjoint({"sqlalchemy", "gunicorn", "connector.config"})


@pytest.mark.parametrize("unused", ["alembic", "psycopg"])
def test_over_a_file_that_is_up_to_date_neither_is_loaded(database_url: str, unused: str):
    assert unused not in loaded(START.format(url=database_url))


def test_over_a_new_file_alembic_is_loaded(tmp_path):
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    assert "alembic" in loaded(START.format(url=url))


def test_a_web_process_loads_no_more_than_its_databases_driver(database_url: str):
    settings = {**SETTINGS, "DATABASE_URL": database_url}
    late = loaded(f"{FORKED}\napp.create_app()", **settings) - loaded(FORKED)
    drivers = ("sqlite3", "_sqlite3", "connector.store.sqlite", "cachetools")
    assert [name for name in late if not name.startswith(drivers)] == []
