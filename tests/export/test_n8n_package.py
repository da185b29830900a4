"""The package as it is written: its types, its fields; and the workflows beside it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

import app
from connector.blocks import Catalogue
from connector.export import Site
from connector.export.form import form
from connector.export.n8n import PACKAGE, render
from tests.export.n8n_package import URL, Package, written
from tests.node_tools import MODULES
from tests.processes import ROOT
from tests.tools import missing, path_of

CATALOGUE: Catalogue = app.CATALOGUE
FILES = render(Site(CATALOGUE, URL))
WORKFLOWS = {name: json.loads(text) for name, text in FILES.items() if name.startswith("workflows")}
# What n8n 1.123.0 has, and its newer versions keep.
VERSIONS = {
    "n8n-nodes-base.scheduleTrigger": 1.2,
    "n8n-nodes-base.webhook": 2,
    "n8n-nodes-base.manualTrigger": 1,
    "n8n-nodes-base.httpRequest": 4.2,
    "n8n-nodes-base.code": 2,
    "n8n-nodes-base.stickyNote": 1,
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return written(CATALOGUE, tmp_path_factory.mktemp("n8n"))


def test_the_package_type_checks_with_n8ns_types(package: Package):
    program = path_of("node")
    modules = MODULES
    if not (modules / "typescript").exists():
        missing("the packages of tests/node, such as typescript (make test installs them)")
    folder = package.folder / PACKAGE
    link = folder / "node_modules"
    link.symlink_to(modules)
    done = subprocess.run(
        [program, str(modules / "typescript/bin/tsc"), "-p", str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    link.unlink()
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0


def test_n8n_loads_each_node_with_each_block_and_each_field(package: Package):
    nodes = package.descriptions()
    assert set(nodes) == {"returnGo", "returnGoTrigger", "returnGoInstantTrigger"}
    offers: dict[str, dict[str, Any]] = {
        "returnGo": {**CATALOGUE.actions, **CATALOGUE.searches},
        "returnGoTrigger": CATALOGUE.triggers,
        "returnGoInstantTrigger": CATALOGUE.triggers,
    }
    for name, blocks in offers.items():
        fields = nodes[name]["properties"]
        (choose,) = [each for each in fields if each["name"] in {"operation", "event"}]
        assert [each["value"] for each in choose["options"]] == list(blocks)
        for key, block in blocks.items():
            shown = [each for each in fields if key in shown_for(each, choose["name"])]
            names = [inner["name"] for each in shown for inner in each.get("options", [])]
            required = [each["name"] for each in shown if each.get("required")]
            wanted = form(CATALOGUE, block)
            assert required == [each.name for each in wanted if each.required], key
            assert {each.name for each in wanted} <= {*required, *names}, key


def shown_for(field: dict[str, Any], name: str) -> list[str]:
    return list(field.get("displayOptions", {}).get("show", {}).get(name, []))


def test_the_package_asks_for_what_it_is_tried_with():
    own = json.loads(FILES[f"{PACKAGE}/package.json"])
    tried = json.loads((ROOT / "tests/node/package.json").read_text())["devDependencies"]
    for name, version in own["devDependencies"].items():
        assert version == tried[name]
    assert own["peerDependencies"] == {"n8n-workflow": "*"}, "n8n's linter takes nothing else"
    for path in [*own["n8n"]["nodes"], *own["n8n"]["credentials"]]:
        assert f"{PACKAGE}/{path}" in FILES
        assert Path(path).name.split(".")[0] in FILES[f"{PACKAGE}/{path}"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_is_whole(name: str):
    workflow = WORKFLOWS[name]
    nodes = {each["name"]: each for each in workflow["nodes"]}
    assert len(nodes) == len(workflow["nodes"]) == len({each["id"] for each in nodes.values()})
    assert {
        each["type"]: each["typeVersion"] for each in nodes.values()
    }.items() <= VERSIONS.items()
    followed: dict[str, list[str]] = {
        before: [link["node"] for link in links["main"][0]]
        for before, links in workflow["connections"].items()
    }
    assert followed.keys() <= nodes.keys()
    reached = {each for after in followed.values() for each in after}
    assert reached <= nodes.keys()
    starts = {each for each in nodes if each not in reached} - {"Read Me"}
    assert all(nodes[each]["type"].endswith(("Trigger", "webhook")) for each in starts)
    assert workflow["active"] is False


def test_there_is_a_workflow_of_each_sort_for_each_trigger_with_the_actions_that_fit():
    assert set(WORKFLOWS) == {
        f"workflows/{way}_{key}.json" for way in ("poll", "webhook") for key in CATALOGUE.triggers
    }
    actions = acting(WORKFLOWS["workflows/poll_refund_requested.json"])
    (record,) = [each for each in actions if each["name"] == "Record Transaction"]
    assert record["disabled"]
    body = {each["name"]: each["value"] for each in parameters(record)}
    assert body["transaction_id"] == "={{ $json.transaction_id }}"
    assert body["idempotency_key"] == "={{ $json.id }}"
    assert body["shop"] == "={{ $json.shop }}"


def acting(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in workflow["nodes"] if each.get("disabled")]


def parameters(node: dict[str, Any]) -> list[dict[str, str]]:
    return list(node["parameters"]["bodyParameters"]["parameters"])
