"""Clients that are generated of the OpenAPI document: type-checked, and run as docs/clients.md."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.end_to_end.waiting import eventually
from tests.export.conftest import Live
from tests.node_tools import NODE, PATIENCE, node_with
from tests.processes import ROOT
from tests.tools import missing

PAGE = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
BRIDGE = "http://127.0.0.1:8080"
RMA = "10030552"
WARNINGS = re.compile("warning", re.IGNORECASE)


def example(language: str, live: Live) -> str:
    """Return the page's example for a bridge on another port."""
    (text,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert BRIDGE in text
    return str(text.replace(BRIDGE, live.bridge.url))


def config() -> str:
    """Return what the page tells the Python generator."""
    (text,) = re.findall(r"generator\.yaml <<END\n(.*?)END\n", PAGE, re.DOTALL)
    return str(text)


def done(*command: object, folder: Path, **environ: str) -> str:
    """Run a program to its good end, and answer all that it says."""
    ran = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", **environ},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def met(live: Live) -> Live:
    """Wait until the bridge has read its shops for the first time."""
    for trigger in ("new_rma", "refund_requested"):
        eventually(lambda: live.bridge.call("GET", f"/v1/triggers/{trigger}").ok)  # noqa: B023
    return live


def test_a_python_client_is_generated_checked_and_run(met: Live, tmp_path: Path):
    if find_spec("openapi_python_client") is None:
        missing("openapi-python-client")
    (tmp_path / "generator.yaml").write_text(f"{config()}post_hooks: []\n")  # no formatting
    told = done(
        *(sys.executable, "-m", "openapi_python_client", "generate"),
        *("--path", ROOT / "openapi.yaml", "--config", "generator.yaml"),
        *("--meta", "none", "--output-path", "returngo_client"),
        folder=tmp_path,
    )
    assert len(WARNINGS.findall(told)) == 0, told

    (tmp_path / "use.py").write_text(example("python", met))
    checks = ("--strict", "--config-file=", "--cache-dir=cache", "use.py", "returngo_client")
    assert "Success" in done(sys.executable, "-m", "mypy", *checks, folder=tmp_path)
    said = done(sys.executable, "use.py", folder=tmp_path, PYTHONPATH=str(tmp_path))
    assert f"created {RMA} " in said
    assert f"found {RMA} Approved\nis Received\nis Received\n" in said
    assert "refused 422 ReturnGO does not let RMA" in said
    assert "zip b'PK'" in said
    changed = [
        call
        for call in met.sandbox.calls()
        if call["path"] == f"/rma/{RMA}/status" and call["applied"]
    ]
    assert len(changed) == 1


def test_a_typescript_client_is_generated_checked_and_run(met: Live, tmp_path: Path):
    for package in ("openapi-typescript", "openapi-fetch", "typescript"):
        (program,) = node_with(package)
    (tmp_path / "node_modules").symlink_to(NODE / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    programs = NODE / "node_modules" / ".bin"
    told = done(
        programs / "openapi-typescript",
        *(ROOT / "openapi.yaml", "--output", "schema.d.ts"),
        folder=tmp_path,
    )
    assert len(WARNINGS.findall(told)) == 0, told

    (tmp_path / "use.ts").write_text(example("ts", met))
    done(
        programs / "tsc",
        *("--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"),
        *("--module", "nodenext", "--target", "es2022", "--types", "node", "use.ts"),
        folder=tmp_path,
    )
    said = done(program, "use.js", folder=tmp_path)
    assert "requested 6070096 " in said
    assert "found H12043\nis Success null\nis Success true\n" in said
    assert "refused 404 ReturnGO has no such thing: RMA not found\n" in said
    assert "zip PK" in said
    changed = [
        call
        for call in met.sandbox.calls()
        if call["path"] == "/transaction/6070096" and call["applied"]
    ]
    assert len(changed) == 1
