"""The forms of the document for tools that know little: few operations, an older version."""

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

import app
from tests.web.answers import good, problem
from tests.web.conftest import Bridge, Build
from tests.web.test_document import DOCUMENT

MOST_OPERATIONS = 30
LONGEST = 300


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for methods in document["paths"].values() for each in methods.values()]


def parts(document: Any, name: str) -> Iterator[Any]:
    """Yield all that stands under a name, anywhere."""
    if isinstance(document, dict):
        yield from (each for key, each in document.items() if key == name)
        for each in document.values():
            yield from parts(each, name)
    elif isinstance(document, list):
        for each in document:
            yield from parts(each, name)


def ask(bridge: Bridge, **query: str) -> dict[str, Any]:
    return dict(good(bridge.get("/openapi.json", token=None, query_string=query)))


def test_the_document_names_the_address_that_the_operator_has_set(build: Build) -> None:
    address = "https://bridge.example.com"
    document = ask(build(public_url=f"{address}/"))
    assert [server["url"] for server in document["servers"]] == [address]


def test_the_small_document_has_each_thing_to_do_and_to_look_up_in_few_words(
    bridge: Bridge,
) -> None:
    document = ask(bridge, profile="small")
    OpenAPIV31SpecValidator(document).validate()
    assert len(operations(document)) <= MOST_OPERATIONS
    named = {each["operationId"] for each in operations(document)}
    choices = {f"choices_{key}" for key in app.CATALOGUE.choices}
    blocks = {*app.CATALOGUE.actions, *app.CATALOGUE.searches, *choices}
    assert named == {"me", "create_customer_link", *blocks}
    for operation in operations(document):
        assert operation["description"].endswith((".", "!", "?"))
        assert all(len(text) <= LONGEST for text in parts(operation, "description"))


def test_the_small_document_holds_nothing_that_it_does_not_name(bridge: Bridge) -> None:
    document = ask(bridge, profile="small")
    named = set(parts(document, "$ref"))
    kept = {
        f"#/components/{sort}/{name}"
        for sort, components in document["components"].items()
        for name in components
        if sort != "securitySchemes"
    }
    assert kept == named


def test_tools_that_cannot_read_3_1_are_served_3_0(bridge: Bridge) -> None:
    document = ask(bridge, version="3.0")
    OpenAPIV30SpecValidator(document).validate()
    assert document["openapi"] == "3.0.3"
    assert [each["operationId"] for each in operations(document)] == [
        each["operationId"] for each in operations(DOCUMENT)
    ]
    assert "null" not in set(map(str, parts(document, "type")))


def test_an_output_may_be_null_in_3_0_too(bridge: Bridge) -> None:
    older = ask(bridge, version="3.0")["components"]["schemas"]["NewRma"]["properties"]
    newer = DOCUMENT["components"]["schemas"]["NewRma"]["properties"]
    assert newer["order_name"]["type"] == ["string", "null"]
    assert (older["order_name"]["type"], older["order_name"]["nullable"]) == ("string", True)
    assert older["order_name"]["example"] == newer["order_name"]["examples"][0]


def test_an_unknown_form_is_refused_with_those_that_there_are(bridge: Bridge) -> None:
    answer = bridge.get("/openapi.json?profile=tiny", token=None)
    (error,) = problem(answer, 422)["errors"]
    assert error["field"] == "profile"
    assert error["accepted"] == ["small"]


def test_no_input_is_published_as_one_that_may_be_null() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for operation in operations(DOCUMENT):
        sent = [operation.get("parameters", []), operation.get("requestBody", {})]
        named = [schemas.get(each.rpartition("/")[2]) for each in parts(sent, "$ref")]
        for kind in parts([*sent, *named], "type"):
            assert "null" not in kind, operation["operationId"]


@pytest.mark.parametrize("path", ["/docs/", "/openapi.yaml?version=3.0&profile=small"])
def test_other_ways_to_the_document_answer(bridge: Bridge, path: str) -> None:
    assert bridge.get(path, token=None).status_code == 200
