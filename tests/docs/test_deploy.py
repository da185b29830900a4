"""What stands in deploy/ fits the command line, and systemd takes it."""

import json
import re
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from connector.cli import COMMANDS
from connector.cli.web_server import SHUTDOWN_GRACE
from tests.house.sources import ROOT
from tests.tools import path_of

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
UNITS = sorted((DEPLOY / "systemd").iterdir())
CONTAINER = (DEPLOY / "container" / "Containerfile").read_text(encoding="utf-8")
SERVICES = [path for path in UNITS if path.suffix == ".service"]
PLACE = "/opt/returngo-connector"
PAGE = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")


def parsed(unit: Path) -> RawConfigParser:
    parser = RawConfigParser(strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit, encoding="utf-8")
    return parser


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_a_service_starts_one_of_our_commands_and_gives_it_time_to_end(unit: Path) -> None:
    service = parsed(unit)["Service"]
    python, *words = service["ExecStart"].split()
    assert python == f"{PLACE}/.venv/bin/python"
    assert (words[:2], words[2] in COMMANDS) == (["-m", "connector"], True)
    assert int(service["TimeoutStopSec"]) > SHUTDOWN_GRACE


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_the_page_names_each_file(file: Path) -> None:
    assert str(file.relative_to(ROOT)) in PAGE


def test_what_the_container_copies_is_all_that_the_command_line_needs(tmp_path: Path) -> None:
    """An image is built where docker's service runs; everywhere else, its files are tried."""
    copied = re.findall(r"^COPY (.+) \S+$", CONTAINER, re.MULTILINE)
    for name in " ".join(copied).split():
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    (command,) = re.findall(r"^ENTRYPOINT (.+)$", CONTAINER, re.MULTILINE)
    assert json.loads(command) == ["python", "-m", "connector"]
    for words in (["worker"], ["run"], ["forget", "--email", "ann@example.com"]):
        done = subprocess.run(
            [sys.executable, "-m", "connector", *words],
            cwd=tmp_path.parent,
            env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, "SECRET_KEY is missing" in done.stderr) == (1, True), done.stderr
    docker = shutil.which("docker")
    if (
        docker
        and subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0
    ):
        words = ["--file", str(DEPLOY / "container" / "Containerfile"), str(ROOT)]
        subprocess.run([docker, "build", "--quiet", *words], check=True)


def test_systemd_has_nothing_to_say_against_them(tmp_path: Path) -> None:
    """Their paths are made those of this clone, where the programs that they start are."""
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        text = text.replace(f"{PLACE}/.venv/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(text.replace(PLACE, str(ROOT)), encoding="utf-8")
    said = subprocess.run(
        [path_of("systemd-analyze"), "verify", "--man=no", *(map(str, tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in said.stderr.splitlines() if str(tmp_path) in line]
    assert (said.returncode, complaints) == (0, []), said.stderr
