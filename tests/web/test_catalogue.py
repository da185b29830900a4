from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import app
from connector.blocks import Block
from tests.web.answers import good
from tests.web.conftest import Bridge

SORTS: dict[str, Mapping[str, Block]] = {
    "triggers": app.CATALOGUE.triggers,
    "actions": {**app.CATALOGUE.actions, **app.CATALOGUE.searches},
    "choices": app.CATALOGUE.choices,
}


@pytest.mark.parametrize("sort", SORTS)
def test_the_catalogue_describes_every_block(bridge: Bridge, sort: str) -> None:
    listed: list[dict[str, Any]] = good(bridge.get(f"/v1/{sort}"))
    assert [entry["key"] for entry in listed] == sorted(SORTS[sort])
    for entry in listed:
        block = SORTS[sort][entry["key"]]
        assert entry["label"] == block.label
        assert entry["noun"] == block.noun
        assert entry["sort"] == block.sort
        assert entry["description"] == block.description
        for schema in ("input_schema", "output_schema"):
            Draft202012Validator.check_schema(entry[schema])
        Draft202012Validator(entry["output_schema"]).validate(entry["sample"])
    assert bridge.calls() == []


@pytest.mark.parametrize("key", app.CATALOGUE.triggers)
def test_the_sample_of_the_catalogue_is_the_sample_of_its_own_address(
    bridge: Bridge, key: str
) -> None:
    listed = {entry["key"]: entry for entry in good(bridge.get("/v1/triggers"))}
    assert good(bridge.get(f"/v1/triggers/{key}/sample")) == listed[key]["sample"]
