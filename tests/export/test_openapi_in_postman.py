"""The OpenAPI document, taken by Postman's converter, and run against a live bridge."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.export.conftest import Live
from tests.export.postman_collection import Ran, path_of, requests_of, run
from tests.node_tools import node_json
from tests.processes import ROOT, TOKEN

FROM_EXAMPLES = {"parametersResolution": "Example"}
OWN_DEFAULTS: dict[str, str] = {}
OF_A_HOOK = "/v1/hooks/"
NO_HOST = "The host hooks.example.com was not found"


def imported(folder: Path, options: Mapping[str, str]) -> dict[str, Any]:
    """Convert the document."""
    written = folder / "converted.json"
    told = node_json(
        "postman_of_openapi.js",
        str(ROOT / "openapi.yaml"),
        str(written),
        json.dumps(options),
        package="openapi-to-postmanv2",
    )
    assert told["kinds"] == ["collection"]
    collection: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
    return collection


def import_and_run(live: Live, folder: Path, options: Mapping[str, str]) -> list[Ran]:
    """Run each request of the converted document in its order, with nothing but a token."""
    collection = imported(folder, options)
    live.meet()
    ran = run(collection, folder, {"baseUrl": live.bridge.url, "bearerToken": TOKEN})
    assert len(ran) == len(list(requests_of(collection["item"])))
    return ran


def test_every_request_that_is_made_of_the_examples_is_answered(fresh: Live, tmp_path: Path):
    ran = import_and_run(fresh, tmp_path, FROM_EXAMPLES)
    # A hook has a name that nobody can know before, and no event goes to a made-up host.
    refused = {each.url: each for each in ran if not 200 <= each.status < 300}
    of_hooks = {url for url, each in refused.items() if OF_A_HOOK in url and each.status == 404}
    to_nowhere = {url for url, each in refused.items() if NO_HOST in each.body}
    assert {url: refused[url].body for url in refused.keys() - of_hooks - to_nowhere} == {}
    assert all(url.endswith("/hooks") for url in to_nowhere)

    shown = {each.name: json.loads(each.body) for each in ran if each.status == 200 and each.body}
    for name in ("Find RMA", "Get RMA", "Find Shipment", "New RMA", "Label Ready"):
        assert [each["rma_id"] for each in shown[name]] == ["10030552"], name
    assert shown["Create RMA"]["order_name"] == "H12043"
    assert shown["Record Transaction"]["status"] == "Success"


def test_each_operation_can_be_tried_as_the_page_fills_it_in(fresh: Live):
    """Swagger UI fills in what has an example of its own, and sends nothing of the others."""
    fresh.meet()
    document = fresh.bridge.call("GET", "/openapi.json").json()
    refused = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            filled: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}}
            for each in operation.get("parameters", ()):
                if each.get("example"):
                    filled[each["in"]][each["name"]] = each["example"]
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            answer = fresh.bridge.call(
                method.upper(),
                path.format(**filled["path"]),
                params=filled["query"],
                json=body.get("example"),
            )
            is_of_a_hook = path.startswith(OF_A_HOOK) and answer.status_code == 404
            if not (answer.ok or is_of_a_hook or NO_HOST in answer.text):
                refused[operation["operationId"]] = answer.text
    assert refused == {}


def test_what_ends_a_hook_comes_last(tmp_path: Path):
    items = list(requests_of(imported(tmp_path, FROM_EXAMPLES)["item"]))
    of_hook = [item["request"]["method"] for item in items if OF_A_HOOK in path_of(item)]
    assert of_hook.index("DELETE") == len(of_hook) - 1


def test_what_was_not_filled_in_is_refused_and_changes_nothing(fresh: Live, tmp_path: Path):
    """By its own defaults the converter writes `<string>` wherever a value is to be filled in."""
    ran = import_and_run(fresh, tmp_path, OWN_DEFAULTS)
    refused = [each for each in ran if not 200 <= each.status < 300]
    assert {each.status for each in refused} <= {403, 404, 422}
    assert all(json.loads(each.body)["detail"] for each in refused)
    assert [call for call in fresh.sandbox.calls() if call["applied"]] == []
