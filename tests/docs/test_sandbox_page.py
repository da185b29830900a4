import os
import re
import subprocess
import sys

from connector.sandbox.app import create_app
from connector.sandbox.faults import ACTIONS
from tests.processes import ROOT, running_sandbox
from tests.tools import path_of

PAGE = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")
SOURCES = "".join(
    path.read_text(encoding="utf-8") for path in (ROOT / "connector" / "sandbox").glob("*.py")
)


def test_the_page_lists_every_control_call():
    rules = {
        re.sub(r"<.*?>", "{id}", rule.rule)
        for rule in create_app(empty=True).url_map.iter_rules()
        if rule.rule.startswith("/_sandbox/")
    }
    assert set(re.findall(r"`(?:POST|GET) (/_sandbox/\S+?)`", PAGE)) == rules


def test_the_page_lists_every_setting_and_every_fault():
    listed = set(re.findall(r"^\| `(SANDBOX_\w+)` \|", PAGE, re.MULTILINE))
    assert listed == set(re.findall(r'"(SANDBOX_\w+)"', SOURCES))
    assert [kind for kind in ACTIONS if f"`{kind}`" not in PAGE] == []


def test_the_examples_of_the_page_work():
    path_of("curl")
    with running_sandbox() as sandbox:
        for line in re.findall(r"^curl .*$", PAGE, re.MULTILINE):
            here = line.replace("http://127.0.0.1:8081", sandbox.url).replace("curl", "curl -sf", 1)
            subprocess.run(here, shell=True, check=True, capture_output=True, timeout=30)
        assert sandbox.control("faults", method="GET")[0]["kind"] == "lost_answer"


def test_the_sandbox_starts_as_the_page_says():
    command = re.search(r"^python -m connector\.sandbox$", PAGE, re.MULTILINE)
    assert command
    words = [sys.executable, *command[0].split()[1:]]
    environ = {**os.environ, "SANDBOX_PORT": "0", "SANDBOX_NOW": "2026-02-04T12:00:00Z"}
    with subprocess.Popen(words, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline().startswith("sandbox listening on http://127.0.0.1:")
        run.terminate()
    assert run.returncode == 0
