import dataclasses
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import create_app
from connector.blocks import Catalogue
from connector.config import REQUIRED, Settings, SettingsOfAssistants, load
from connector.connections import Connection
from connector.returngo import Upstream
from connector.sandbox.app import SandboxApp
from connector.web import openapi_yaml
from connector.web.context import EXTENSION
from tests.processes import ROOT, SHOPS, TOKEN

README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
ADDING = (ROOT / "docs" / "adding-a-block.md").read_text(encoding="utf-8")
LONGEST = 150  # lines


def test_the_readme_is_short():
    assert len(README.splitlines()) <= LONGEST


def test_the_page_of_settings_lists_each_as_it_is_declared():
    listed = re.findall(r"^\| `([A-Z_]+)` \| (.+) \| ?(.*) ?\|$", SETTINGS, re.MULTILINE)
    declared = [
        (each.name.upper(), each.metadata["help"], shown(each.metadata["default"]))
        for settings in (Settings, SettingsOfAssistants)
        for each in dataclasses.fields(settings)
        if settings is Settings or each.name not in Settings.__dataclass_fields__
    ]
    assert [(name, about, default.strip()) for name, about, default in listed] == declared


def shown(default: object) -> str:
    if default is REQUIRED:
        return "required"
    if default in (None, ()):
        return ""
    if isinstance(default, tuple):
        return f"`{','.join(map(str, default))}`"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def test_the_house_that_the_readme_draws_is_the_one_that_stands():
    (drawing,) = re.findall(r"## The house\n\n```\n(.*?)```", README, re.DOTALL)
    names = [re.split(" {2,}", line.strip())[0] for line in drawing.splitlines()]
    words = " ".join(names).replace("connector/", "").split()
    rooms = {each.stem for each in (ROOT / "connector").iterdir() if each.name[0] not in "_."}
    assert {word.rstrip("/") for word in words} == rooms | TOP
    assert len(names) <= 12, "a drawing is seen at a glance"


TOP = {"deploy", "app.py", "triggers", "actions", "schemas"}


@pytest.fixture
def readme_blocks(tmp_path: Path) -> Iterator[Catalogue]:
    """The blocks that docs/adding-a-block.md shows, written to files as it says."""
    files = re.findall(
        r"`((?:triggers|actions)/\w+\.py)`:\n\n```python\n(.*?)```", ADDING, re.DOTALL
    )
    assert [name for name, _ in files] == ["triggers/failed_refund.py", "actions/cancel_rma.py"]
    for name, source in files:
        folder, _, module = name.partition("/")
        package = tmp_path / f"readme_{folder}"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / module).write_text(source, encoding="utf-8")
    sys.path.insert(0, str(tmp_path))
    try:
        packages = [importlib.import_module(f"readme_{kind}") for kind in ("triggers", "actions")]
        yield Catalogue.of(*packages)
    finally:
        sys.path.remove(str(tmp_path))
        for module in [each for each in sys.modules if each.startswith("readme_")]:
            del sys.modules[module]


def test_the_blocks_of_the_page_are_found_in_catalogue_route_and_openapi(
    readme_blocks: Catalogue, database_url: str
):
    settings = load(
        {
            "RETURNGO_API_KEY": "demo-key",
            "RETURNGO_SHOPS": ",".join(SHOPS),
            "BRIDGE_TOKEN": TOKEN,
            "SECRET_KEY": "a secret only for tests",
            "RETURNGO_BASE_URL": "http://127.0.0.1:8081",
            "DATABASE_URL": database_url,
        }
    )
    app = create_app(readme_blocks, settings)
    client = app.test_client()
    auth = {"Authorization": f"Bearer {TOKEN}"}
    triggers = client.get("/v1/triggers", headers=auth).json
    actions = client.get("/v1/actions", headers=auth).json
    assert [(each["key"], each["label"]) for each in triggers or ()] == [
        ("failed_refund", "Failed Refund")
    ]
    assert [(each["key"], each["description"]) for each in actions or ()] == [
        ("cancel_rma", "Cancels an RMA.")
    ]
    sample = client.get("/v1/triggers/failed_refund/sample", headers=auth)
    assert sample.json is not None
    assert sample.json["transaction_id"]
    refused = client.post("/v1/actions/cancel_rma", json={}, headers=auth)
    assert (refused.status_code, refused.json and refused.json["errors"][0]["field"]) == (
        422,
        "rma_id",
    )
    app.extensions[EXTENSION].store.close()
    document = openapi_yaml(readme_blocks)
    assert "/v1/triggers/failed_refund:" in document
    assert "/v1/actions/cancel_rma:" in document


def test_the_action_of_the_page_does_what_it_says(
    readme_blocks: Catalogue, sandbox: SandboxApp, upstream: Upstream, connection: Connection
):
    client = sandbox.test_client()
    made = client.post("/_sandbox/rmas", json={"shop": SHOPS[0]}).json
    assert made is not None
    rma_id = made["rmaSummary"]["rmaId"]
    returngo = upstream.open(connection, SHOPS[0])
    answer = readme_blocks.actions["cancel_rma"].perform(returngo, {"rma_id": rma_id})
    assert answer == {"id": rma_id, "status": "Canceled", "shop": SHOPS[0]}
    assert returngo.get_rma(rma_id)["rmaSummary"]["status"] == "Canceled"
