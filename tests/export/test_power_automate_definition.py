"""The custom connector's documents: valid, and as Power Automate wants them."""

import json
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV2SpecValidator

import app
from connector.blocks import Catalogue
from connector.export import EXPORTERS, Site
from tests.export.power_automate_connector import Connector, Operation
from tests.export.power_automate_schemas import SCHEMAS, faults
from tests.toy import actions, triggers

SITES = {
    "ours": Site(app.CATALOGUE, "https://bridge.example.com/below"),
    "toys": Site(Catalogue.of(triggers, actions), "https://bridge.example.com"),
}
CONNECTORS = {
    name: Connector(EXPORTERS["power-automate"](site), {}) for name, site in SITES.items()
}
OURS = CONNECTORS["ours"]
OPERATIONS = {
    f"{name} {operation_id}": (connector, operation)
    for name, connector in CONNECTORS.items()
    for operation_id, operation in connector.operations.items()
}
LONGEST_SUMMARY = 80  # characters
each_connector = pytest.mark.parametrize("connector", CONNECTORS.values(), ids=CONNECTORS)


@each_connector
def test_the_definition_is_valid_openapi_2(connector: Connector):
    OpenAPIV2SpecValidator(connector.definition).validate()


@each_connector
@pytest.mark.parametrize("name", SCHEMAS)
def test_each_document_is_valid_for_microsofts_own_schema(connector: Connector, name: str):
    assert faults(name, json.loads(connector.files[name])) == []


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("apiDefinition.swagger.json", {"swagger": "2.0", "info": {"title": "x"}, "paths": {}}),
        (
            "apiDefinition.swagger.json",
            {
                "swagger": "2.0",
                "info": {"title": "x", "version": "1"},
                "paths": {"/x": {"get": {"x-ms-trigger": "often", "responses": {}}}},
            },
        ),
        ("apiProperties.json", {"properties": {"capabilities": []}}),
    ],
)
def test_the_schemas_refuse_what_is_wrong(name: str, document: Any):
    assert faults(name, document)


def test_the_address_is_the_bridges():
    assert OURS.definition["host"] == "bridge.example.com"
    assert OURS.definition["basePath"] == "/below/v1"
    assert OURS.definition["schemes"] == ["https"]


@each_connector
def test_every_operation_has_a_name_of_its_own(connector: Connector):
    paths = connector.definition["paths"].values()
    names = [each["operationId"] for item in paths for key, each in item.items() if key[0] != "x"]
    assert len(names) == len(connector.operations)
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("connector", "operation"), OPERATIONS.values(), ids=OPERATIONS)
def test_each_operation_is_described_as_people_and_designers_need(
    connector: Connector, operation: Operation
):
    described = operation.described
    assert 0 < len(described["summary"]) <= LONGEST_SUMMARY
    assert described["description"].endswith(".")
    assert described["responses"]["default"]["schema"]["$ref"] == "#/definitions/Problem"
    for name, each in operation.asked.items():
        assert each["x-ms-summary"], name
        assert each["description"].endswith("."), name
        if each.get("x-ms-visibility") == "internal" and each.get("required") is True:
            assert "default" in each, name
    for name, wanted in dynamic(operation):
        filling = connector.operations[wanted["operationId"]]
        assert filling.described["x-ms-visibility"] == "internal"
        assert set(wanted.get("parameters", {})) <= set(filling.parameters), name
        for reference in wanted.get("parameters", {}).values():
            source = reference.get("parameter") or reference["parameterReference"]
            assert source.removeprefix("body/") in operation.asked


def dynamic(operation: Operation) -> list[tuple[str, Any]]:
    return [
        (name, each[word])
        for name, each in operation.asked.items()
        for word in ("x-ms-dynamic-values", "x-ms-dynamic-list")
        if word in each
    ]


@pytest.mark.parametrize("key", app.CATALOGUE.triggers)
def test_each_trigger_is_polled_and_subscribed_to(key: str):
    item = OURS.definition["paths"][f"/triggers/{key}/batch"]["get"]
    assert item["x-ms-trigger"] == "batch"
    assert item["x-ms-trigger-metadata"] == {"mode": "polling", "kind": "query"}
    assert item["responses"]["200"]["schema"]["type"] == "array"
    place = {each["name"]: each for each in item["parameters"]}["after"]
    assert place["x-ms-visibility"] == "internal"
    assert "x-ms-trigger-value" not in json.dumps(item), "Location is relied on"
    hooks = OURS.definition["paths"][f"/triggers/{key}/hooks"]
    assert hooks["post"]["x-ms-trigger"] == "single"
    body = hooks["post"]["parameters"][0]["schema"]["properties"]
    assert [name for name, each in body.items() if each.get("x-ms-notification-url")] == [
        "target_url"
    ]
    content = OURS.shape(hooks["x-ms-notification-content"]["schema"])
    assert set(content["properties"]) == set(
        OURS.shape(item["responses"]["200"]["schema"]["items"])["properties"]
    )
    assert "Location" in hooks["post"]["responses"]["201"]["headers"]


@each_connector
def test_a_subscription_can_be_ended(connector: Connector):
    operation = connector.operations["Unsubscribe"]
    assert (operation.method, operation.path) == ("DELETE", "/hooks/{id}")
    assert operation.described["x-ms-visibility"] == "internal"


@pytest.mark.parametrize("block", list(app.CATALOGUE), ids=lambda block: block.key)
def test_a_sample_is_as_it_is_described(block: Any):
    operations = [
        each.described["responses"]["200"]["schema"]
        for each in OURS.operations.values()
        if each.path.split("/")[2:3] == [block.key]
        and "schema" in each.described["responses"].get("200", {})
    ]
    assert operations
    for schema in operations:
        shape = schema.get("items", schema)
        sample = {name: value for name, value in block.sample().items() if name != "raw"}
        assert list(OURS.misfits(sample, shape)) == []


def test_line_items_are_arrays_of_objects():
    items = OURS.operations["CreateRma"].asked["items"]
    assert items["type"] == "array"
    assert "line_item_id" in items["items"]["properties"]
    assert items["items"]["required"] == ["line_item_id"]
    told = OURS.shape(OURS.answer_of("WhenNewRma")["items"])
    assert told["properties"]["items"]["items"]["properties"]["sku"]["type"] == "string"


def test_a_secret_is_kept_as_one():
    kinds = {name: each["type"] for name, each in OURS.properties["connectionParameters"].items()}
    assert kinds == {"token": "securestring", "api_key": "securestring", "shop_name": "string"}
