"""The OpenAPI document, taken by Postman's converter, and its reads run against a live bridge."""

import json
from pathlib import Path
from typing import Any

import app
from tests.export.conftest import Live
from tests.export.live_world import PresentWorld
from tests.export.postman_collection import fill_in, only, path_of, requests_of, run
from tests.node_tools import node_json
from tests.processes import ROOT, TOKEN
from tests.recordings.scenarios import scenario_of


def test_each_read_of_the_document_answers_as_postman_asks_it(live: Live, tmp_path: Path):
    written = tmp_path / "converted.json"
    document = str(ROOT / "openapi.yaml")
    told = node_json(
        "postman_of_openapi.js", document, str(written), package="openapi-to-postmanv2"
    )
    assert told["kinds"] == ["collection"]
    collection: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
    reads = [item for item in requests_of(collection["item"]) if item["request"]["method"] == "GET"]
    assert len(reads) > len(list(app.CATALOGUE)), "each block, its sample, the lists, hooks"

    world = PresentWorld(live.sandbox)
    target = {"trigger": next(iter(app.CATALOGUE.triggers)), "target_url": f"{live.bridge.url}/h"}
    hook = live.bridge.call("POST", "/v1/hooks", json=target).json()["id"]
    for item in reads:
        for variable in item["request"]["url"].get("variable", ()):
            variable["value"] = hook
        key = path_of(item).rpartition("/")[2]
        if key in {*app.CATALOGUE.searches, *app.CATALOGUE.choices}:
            fill_in(item, next(scenario_of(key)(world)))
    live.meet()

    ran = run(only(collection, reads), tmp_path, {"baseUrl": live.bridge.url, "bearerToken": TOKEN})
    assert len(ran) == len(reads)
    # 202: a batch in which there is nothing yet
    assert {each.url: each.body for each in ran if each.status not in (200, 202)} == {}
