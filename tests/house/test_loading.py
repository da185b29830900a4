"""A process loads what it uses: a start is short, and a worker small."""

import subprocess
import sys

import pytest

from tests.processes import ROOT

WORKER = "import connector.catalogue, connector.cli.worker"
START = """
from connector.store import Store, migrate
store = Store({url!r})
migrate(store)
store.try_writing()
store.close()
"""


def loaded(code: str) -> set[str]:
    """Run some code in a process of its own; return the packages that it has loaded."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(shown.stdout.split())


def test_a_worker_loads_neither_the_web_nor_an_exporter():
    modules = loaded(WORKER)
    assert "connector.delivery" in modules
    assert modules.isdisjoint({"flask", "werkzeug", "connector.web", "connector.export"})


def test_the_command_that_hands_over_to_gunicorn_loads_no_block():
    modules = loaded("import connector.cli.run")
    assert modules.isdisjoint({"flask", "requests", "jsonschema", "connector.blocks"})


@pytest.mark.parametrize("unused", ["alembic", "psycopg"])
def test_over_a_file_that_is_up_to_date_neither_is_loaded(database_url: str, unused: str):
    assert unused not in loaded(START.format(url=database_url))


def test_over_a_new_file_alembic_is_loaded(tmp_path):
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    assert "alembic" in loaded(START.format(url=url))
