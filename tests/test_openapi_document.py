import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from connector.web.openapi.document import to_yaml
from connector.web.openapi.older import in_version_3_0
from tests.processes import ROOT
from tests.tools import missing, path_of

Form = Callable[[dict[str, Any]], dict[str, Any]]
PROGRAMS = ROOT / "tests" / "node" / "node_modules" / ".bin"
FORMS = pytest.mark.parametrize("form", [lambda whole: whole, in_version_3_0], ids=["3.1", "3.0"])


def lint(program: str, *words: object) -> subprocess.CompletedProcess[str]:
    path_of("node")
    if not (PROGRAMS / program).exists():
        missing("the packages of tests/node (make test installs them)")
    return subprocess.run(
        [PROGRAMS / program, "lint", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def written(form: Form, folder: Path) -> Path:
    file = folder / "openapi.yaml"
    document = yaml.load((ROOT / "openapi.yaml").read_bytes(), yaml.CSafeLoader)
    file.write_text(to_yaml(form(document)))
    return file


@FORMS
def test_a_linter_has_nothing_to_say_about_the_document(form: Form, tmp_path: Path) -> None:
    linted = lint("redocly", "--format=stylish", "--max-problems=20", written(form, tmp_path))
    words = linted.stdout + linted.stderr
    assert linted.returncode == 0, words
    assert "Your API description is valid" in words
    assert "warning" not in words.replace("Deprecation warning: Node.js", "")


@FORMS
def test_spectral_has_nothing_to_say_by_its_own_rules(form: Form, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text('extends: ["spectral:oas"]')
    linted = lint("spectral", f"--ruleset={rules}", "--fail-severity=hint", written(form, tmp_path))
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "No results with a severity of 'hint' or higher found!" in linted.stdout
