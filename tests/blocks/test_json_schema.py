import pytest
from jsonschema import Draft202012Validator
from marshmallow import Schema

import app
from connector.blocks import json_schema
from schemas.account import Account, AccountCall
from schemas.catalogue import BlockDescription
from schemas.problem import Problem
from schemas.rma import Rma

BLOCKS = [*app.CATALOGUE.triggers.values(), *app.CATALOGUE.actions.values()]
SCHEMAS = [
    *(Account, AccountCall, BlockDescription, Problem, Rma),
    *(schema for block in BLOCKS for schema in (block.input_schema, block.output_schema)),
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.__name__)
def test_a_schema_is_valid_json_schema_that_names_its_dialect(schema: type[Schema]) -> None:
    document = json_schema(schema)
    assert document["$schema"] == Draft202012Validator.META_SCHEMA["$schema"]
    Draft202012Validator.check_schema(document)


def test_nested_shapes_stand_where_they_are_used() -> None:
    items = json_schema(Rma)["properties"]["items"]
    assert items["items"]["properties"]["sku"]["title"] == "SKU"


def test_a_field_carries_its_words() -> None:
    status = json_schema(app.CATALOGUE.actions["update_rma_status"].input_schema)["properties"][
        "status"
    ]
    assert status["title"] == "Status"
    assert status["description"].startswith("The new status.")
    assert status["examples"] == ["Received"]
    assert "Received" in status["enum"]


def test_an_input_is_closed_and_an_output_is_open() -> None:
    action = app.CATALOGUE.actions["update_rma_status"]
    assert json_schema(action.input_schema)["additionalProperties"] is False
    assert json_schema(action.output_schema).get("additionalProperties", True) is not False


def test_what_an_address_cannot_say_is_not_published_as_null() -> None:
    properties = json_schema(app.CATALOGUE.triggers["refund_requested"].input_schema)["properties"]
    assert {name for name, field in properties.items() if "null" in field["type"]} == set()
