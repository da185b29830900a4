"""n8n's own linter for community nodes has nothing to say of the package.

It comes with what `make test-newest` installs. It knows a node by TypeScript's `implements`, and
passes over our JavaScript, which says the same in a comment: so it is given that as TypeScript.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import app
from connector.export.n8n import PACKAGE
from tests.export.n8n_package import written
from tests.node_tools import MODULES, PATIENCE
from tests.tools import path_of

ESLINT = MODULES / "eslint" / "bin" / "eslint.js"
CONFIG = MODULES.parent / "eslint.config.mjs"
IMPLEMENTS = re.compile(r"/\*\* @implements \{(\w+)\} \*/\nclass (\w+) \{")

pytestmark = pytest.mark.skipif(
    not (MODULES / "@n8n" / "eslint-plugin-community-nodes").exists(),
    reason="make test-newest runs this: n8n's linter is installed there.",
)


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    shutil.copy(CONFIG, folder / CONFIG.name)
    (folder / "node_modules").symlink_to(MODULES)
    return subprocess.run(
        [path_of("node"), str(ESLINT), "--max-warnings=0", PACKAGE],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the package as TypeScript."""
    folder = written(app.CATALOGUE, tmp_path).folder
    nodes = 0
    for path in (folder / PACKAGE).rglob("*.js"):
        text, classes = IMPLEMENTS.subn(
            r"export class \2 implements \1 {", path.read_text(encoding="utf-8")
        )
        nodes += classes
        path.with_suffix(".ts").write_text(text, encoding="utf-8")
        path.unlink()
    assert nodes == 4, "three nodes and a credential"
    return folder


def test_n8ns_linter_has_nothing_to_say(folder: Path) -> None:
    done = lint(folder)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_n8ns_linter_sees_what_is_wrong(folder: Path) -> None:
    package = folder / PACKAGE / "package.json"
    text = package.read_text(encoding="utf-8").replace('"n8n-workflow": "*"', '"n8n-workflow": "1"')
    package.write_text(text, encoding="utf-8")
    (node,) = (folder / PACKAGE).rglob("ReturnGo.node.ts")
    text = node.read_text(encoding="utf-8").replace("usableAsTool: true,", "")
    node.write_text(text, encoding="utf-8")
    told = lint(folder).stdout
    assert "valid-peer-dependencies" in told
    assert "node-usable-as-tool" in told
