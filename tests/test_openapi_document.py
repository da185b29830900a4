import os
import subprocess

from tests.processes import ROOT
from tests.tools import missing, path_of

REDOCLY = ROOT / "tests" / "node" / "node_modules" / ".bin" / "redocly"


def test_a_linter_has_nothing_to_say_about_the_document():
    path_of("node")
    if not REDOCLY.exists():
        missing("the packages of tests/node (make test installs them)")
    linted = subprocess.run(
        [REDOCLY, "lint", "--format=stylish", "--max-problems=20", "openapi.yaml"],
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
