"""What stands in deploy/ fits the command line, and systemd takes it."""

import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from connector.cli import COMMANDS
from connector.cli.web_server import SHUTDOWN_GRACE
from tests.house.sources import ROOT
from tests.tools import path_of

FOLDER = ROOT / "deploy" / "systemd"
UNITS = sorted(FOLDER.iterdir())
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


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_the_page_names_each_unit(unit: Path) -> None:
    assert f"deploy/systemd/{unit.name}" in PAGE


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
