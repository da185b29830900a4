"""Zapier's own command line validates the exported app and invokes what is in it.

It needs Node 22 or newer, and comes with what `make test-newest` installs.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

import app
from connector.blocks import Block
from tests.export.conftest import Live
from tests.export.troubled import examples
from tests.export.zapier_app import typed, written
from tests.node_tools import MODULES, PATIENCE
from tests.processes import TOKEN
from tests.tools import path_of

CATALOGUE = app.CATALOGUE
PROGRAM = MODULES / "zapier-platform-cli" / "src" / "bin" / "run"
LOOKED_UP: list[tuple[str, str, Block]] = [
    *(("trigger", key, block) for key, block in CATALOGUE.triggers.items()),
    *(("search", key, block) for key, block in CATALOGUE.searches.items()),
]

pytestmark = pytest.mark.skipif(
    not PROGRAM.exists(), reason="make test-newest runs this: Zapier's command line needs Node 22."
)


@pytest.fixture(scope="module")
def folder(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the app where its packages are found, connected by Zapier's own file."""
    folder = written(CATALOGUE, tmp_path_factory.mktemp("zapier")).folder
    (folder / "node_modules").symlink_to(MODULES)
    connection = {"bridge_url": live.bridge.url, "token": TOKEN}
    lines = (f"authData_{name}={value}\n" for name, value in connection.items())
    live.meet()
    (folder / ".env").write_text("".join(lines), encoding="utf-8")
    return folder


def zapier(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    own = {"HOME": str(folder), "DISABLE_ZAPIER_ANALYTICS": "1", "NO_COLOR": "1"}
    return subprocess.run(
        [path_of("node"), str(PROGRAM), *words],
        cwd=folder,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def invoke(folder: Path, *words: str) -> Any:
    """Run a part of the app; return what it answered."""
    done = zapier(folder, "invoke", *words, "--non-interactive")
    assert done.returncode == 0, done.stdout + done.stderr
    text = done.stdout
    return json.loads(text[min(text.index(sign) for sign in "[{" if sign in text) :])


def test_the_app_is_structurally_sound(folder: Path) -> None:
    done = zapier(folder, "validate", "--without-style")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "This project is structurally sound!" in done.stdout


def test_the_connection_is_tested(folder: Path) -> None:
    assert invoke(folder, "auth", "test")["label"]


@pytest.mark.parametrize(("way", "key", "block"), LOOKED_UP, ids=[key for _, key, _ in LOOKED_UP])
def test_each_trigger_and_each_search_answers(
    folder: Path, way: str, key: str, block: Block
) -> None:
    given = typed(CATALOGUE, block, examples(block) if way == "search" else {})
    # the command reads true and false as people type them, and fails on JSON's own
    typed_in = {name: str(v).lower() if isinstance(v, bool) else v for name, v in given.items()}
    answer = invoke(folder, way, key, "--inputData", json.dumps(typed_in))
    assert isinstance(answer, list)


def test_an_action_is_done_once_however_often_it_is_invoked(folder: Path, live: Live) -> None:
    before = len(_comments(live))
    given = {"rma_id": "10030552", "text": "From Zapier.", "idempotency_key": "from the cli"}
    answers = [
        invoke(folder, "create", "add_rma_comment", "--inputData", json.dumps(given))
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert len(_comments(live)) == before + 1


def _comments(live: Live) -> list[Any]:
    return [each for each in live.sandbox.calls() if each["path"] == "/rma/10030552/comment"]
