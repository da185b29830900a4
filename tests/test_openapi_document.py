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
REDOCLY = ROOT / "tests" / "node" / "node_modules" / ".bin" / "redocly"


@pytest.mark.parametrize("form", [lambda whole: whole, in_version_3_0], ids=["3.1", "3.0"])
def test_a_linter_has_nothing_to_say_about_the_document(form: Form, tmp_path: Path) -> None:
    path_of("node")
    if not REDOCLY.exists():
        missing("the packages of tests/node (make test installs them)")
    file = tmp_path / "openapi.yaml"
    document = yaml.load((ROOT / "openapi.yaml").read_bytes(), yaml.CSafeLoader)
    file.write_text(to_yaml(form(document)))
    linted = subprocess.run(
        [REDOCLY, "lint", "--format=stylish", "--max-problems=20", file],
        cwd=ROOT,
        env={**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    words = linted.stdout + linted.stderr
    assert linted.returncode == 0, words
    assert "Your API description is valid" in words
    assert "warning" not in words.replace("Deprecation warning: Node.js", "")
