import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import TestResponse

import app
from connector.export import EXPORTERS
from connector.web import openapi_yaml
from tests.web.answers import good
from tests.web.conftest import Bridge

ON_DISK = Path(app.__file__).parent / "openapi.yaml"
DOCUMENT: dict[str, Any] = yaml.load(openapi_yaml(app.CATALOGUE), yaml.CSafeLoader)
OPERATIONS = {
    (method.upper(), path): operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}


def test_the_document_on_disk_is_the_one_of_the_code() -> None:
    assert ON_DISK.read_bytes() == openapi_yaml(app.CATALOGUE).encode()


def test_the_document_is_written_the_same_each_time() -> None:
    assert openapi_yaml(app.CATALOGUE) == openapi_yaml(app.CATALOGUE)


def test_the_document_needs_no_aliases_to_be_read() -> None:
    tokens = yaml.scan(openapi_yaml(app.CATALOGUE))
    assert not any(isinstance(token, yaml.AliasToken | yaml.AnchorToken) for token in tokens)


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_bridge_serves_the_document_in_both_forms(bridge: Bridge) -> None:
    as_json = bridge.get("/openapi.json", token=None)
    as_yaml = bridge.get("/openapi.yaml", token=None)
    here = {**DOCUMENT, "servers": [{"url": "http://localhost", "description": "This bridge"}]}
    assert as_json.json == here
    assert yaml.load(as_yaml.data, yaml.CSafeLoader) == here
    assert as_yaml.content_type == "application/yaml"


def test_every_route_is_documented_and_every_documented_one_is_there(bridge: Bridge) -> None:
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in bridge.app.url_map.iter_rules()
        if rule.rule.startswith("/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    # ReturnGO alone posts there, at addresses that are secrets
    assert routes - set(OPERATIONS) == {("POST", "/v1/inbound/{secret}")}
    assert set(OPERATIONS) <= routes


def test_there_is_a_route_for_every_block() -> None:
    for key in app.CATALOGUE.triggers:
        assert ("GET", f"/v1/triggers/{key}") in OPERATIONS
        assert ("GET", f"/v1/triggers/{key}/sample") in OPERATIONS
    for key in app.CATALOGUE.actions:
        assert ("POST", f"/v1/actions/{key}") in OPERATIONS
    for key in app.CATALOGUE.searches:
        assert ("GET", f"/v1/actions/{key}") in OPERATIONS
    for key in app.CATALOGUE.choices:
        assert ("GET", f"/v1/choices/{key}") in OPERATIONS


def test_every_operation_has_a_name_of_its_own_and_words() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(names) == len(set(names))
    for operation in OPERATIONS.values():
        assert operation["summary"]
        assert operation["description"].rstrip().endswith(".")


def test_every_operation_is_guarded_in_either_of_two_ways() -> None:
    assert DOCUMENT["security"] == [{"bridgeToken": []}, {"returngoKey": [], "returngoShop": []}]
    assert not any("security" in operation for operation in OPERATIONS.values())


def test_every_parameter_has_a_description() -> None:
    for operation in OPERATIONS.values():
        assert all(parameter["description"] for parameter in operation.get("parameters", []))


def test_the_page_comes_from_here_and_from_nowhere_else(bridge: Bridge) -> None:
    page = bridge.get("/docs/", token=None)
    assert page.status_code == 200
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", page.text)
    assert bridge.get("/docs", token=None).status_code in {200, 308}


def detailed(bridge: Bridge, **options: Any) -> Any:
    return bridge.control("rmas", **options)


def parcel(bridge: Bridge) -> str:
    return str(detailed(bridge)["shipments"][0]["shipmentId"])


def order_line(bridge: Bridge) -> dict[str, Any]:
    """Make an order, and name its one line."""
    made = bridge.control("orders")
    return {"order_id": made["orderId"], "line_item_id": made["items"][0]["shopLineItemId"]}


def order(bridge: Bridge) -> dict[str, Any]:
    """Make an order, and say how to return its one item."""
    named = order_line(bridge)
    return {"order_id": named["order_id"], "items": [{"line_item_id": named["line_item_id"]}]}


GOOD: dict[str, Callable[[Bridge], dict[str, Any]]] = {
    "customer-links": lambda _: {"customer_id": "6512044310583"},
    "update_rma_status": lambda bridge: {"rma_id": bridge.new_rma(), "status": "Approved"},
    "approve_rma": lambda bridge: {"rma_id": bridge.new_rma()},
    "reject_rma": lambda bridge: {"rma_id": bridge.new_rma()},
    # The bridge counts what it has listed.
    "count_rmas": lambda bridge: {
        "status": good(bridge.get("/v1/triggers/new_rma")) and "Received"
    },
    "record_transaction": lambda bridge: {
        "transaction_id": bridge.new_refund(),
        "status": "Success",
    },
    "add_rma_comment": lambda bridge: {"rma_id": bridge.new_rma(), "text": "Parcel arrived."},
    "update_shipment": lambda bridge: {"shipment_id": parcel(bridge), "status": "Shipped"},
    "delete_shipment": lambda bridge: {"shipment_id": parcel(bridge)},
    "track_shipment": lambda bridge: {
        "shipment_id": parcel(bridge),
        "tracking_number": "SC123456789",
        "carrier_name": "Sample Couriers",
    },
    "get_eligible_policies": order,
    "create_rma": lambda bridge: {**order(bridge), "policy_id": "1101"},
    "api_request": lambda bridge: {"method": "GET", "path": f"/rma/{bridge.new_rma()}"},
    "get_rma": lambda bridge: {"rma_id": bridge.new_rma()},
    "find_rma": lambda bridge: {"order_name": detailed(bridge)["rmaSummary"]["order_name"]},
    "list_rmas": lambda bridge: {"status": bridge.new_rma() and "Pending"},
    "find_transactions": lambda bridge: {"status": bridge.new_refund() and "Requested"},
    "find_shipment": lambda bridge: {"rma_id": bridge.new_rma()},
    "shipments": lambda bridge: {"rma_id": bridge.new_rma()},
    "eligible_policies": order_line,
    "hooks": lambda _bridge: {
        "trigger": "refund_requested",
        "target_url": "https://hooks.example.com/catch/123",
    },
    "replay": lambda _bridge: {"state": "parked"},
    **{
        f"hooks of {key}": lambda _bridge: {"target_url": "https://hooks.example.com/catch/123"}
        for key in app.CATALOGUE.triggers
    },
}


def happen(bridge: Bridge) -> None:
    """Let something happen for each trigger and each choice."""
    made = detailed(bridge, items=3, status="Approved")
    rma_id, shipment_id = made["rmaSummary"]["rmaId"], made["shipments"][0]["shipmentId"]
    bridge.control(f"shipments/{shipment_id}")  # it gets its label
    bridge.control(f"shipments/{shipment_id}", status="Shipped")
    bridge.control(f"rmas/{rma_id}/comments", type="error", text="The refund was refused.")
    bridge.control(f"rmas/{rma_id}/status", status="Received")
    bridge.control(f"rmas/{rma_id}/validation")
    bridge.new_refund(bank_account=True)
    bridge.new_refund(updated_at="2026-02-04T12:00:30+00:00")
    bridge.new_refund(status="Failed")
    bridge.new_refund(type="InvoicePayment")
    long_ago = "2026-01-20T12:00:00+00:00"
    detailed(bridge, status="Approved", created_at=long_ago, updated_at=long_ago)


def fields_of(bridge: Bridge, path: str) -> dict[str, Any]:
    """Make what a good call of a route is about, and answer its fields."""
    rest, _, key = path.rpartition("/")
    if rest.startswith("/v1/triggers/") and key == "hooks":
        key = f"hooks of {rest.rpartition('/')[2]}"
    return GOOD[key](bridge) if key in GOOD else {}


def ask(bridge: Bridge, method: str, path: str) -> TestResponse:
    """Make a good call, which has something to answer."""
    happen(bridge)
    key = path.rpartition("/")[2]
    fields = fields_of(bridge, path)
    if "/export/" in path:
        return bridge.get(path.format(platform=next(iter(EXPORTERS))))
    if path.endswith("/batch"):
        good(bridge.get(path.removesuffix("/batch")))
        return bridge.get(path, query_string={"after": "0", "raw": "true"})
    if "/hooks" in path:
        return ask_about_hooks(bridge, method, path, fields)
    if key == "customer-links":
        return bridge.call(method, path, json=fields)
    if method == "POST":
        return bridge.act(key, {**fields, "raw": True})
    asked = OPERATIONS[method, path].get("parameters", [])
    has_raw = any(each["name"] == "raw" for each in asked)
    answer = bridge.get(path, query_string={**fields, **({"raw": "true"} if has_raw else {})})
    assert answer.json, "an empty array would prove nothing"
    return answer


def ask_about_hooks(bridge: Bridge, method: str, path: str, fields: dict[str, Any]) -> TestResponse:
    """Make a good call about a hook to which something was sent."""
    hook = bridge.subscribe()
    body = fields if method == "POST" and fields else None
    return bridge.call(method, path.format(id=hook["id"]), json=body)


def assert_documented(answer: TestResponse, operation: dict[str, Any]) -> None:
    """Check an answer against what the document says of its status."""
    declared = operation["responses"][str(answer.status_code)]
    if "content" not in declared:
        assert answer.data == b""
        return
    (media_type,) = declared["content"]
    assert answer.content_type == media_type
    if "json" not in media_type:
        return
    schema = {**declared["content"][media_type]["schema"], "components": DOCUMENT["components"]}
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    checker.validate(answer.get_json(force=True))


@pytest.mark.parametrize("call", OPERATIONS, ids=" ".join)
def test_every_operation_answers_as_documented(bridge: Bridge, call: tuple[str, str]) -> None:
    answer = ask(bridge, *call)
    first = next(each for each in OPERATIONS[call]["responses"] if each.startswith("2"))
    assert answer.status_code == int(first), answer.text
    assert_documented(answer, OPERATIONS[call])
    documented = OPERATIONS[call]["responses"][first].get("headers", {})
    # They come only with a next page, with a repetition, of an action or of a search, and with a
    # word that is not known.
    rare = {"Link", "Idempotency-Replayed", "Bridge-Warning"}
    if not documented.get("Age", {}).get("required"):
        rare.add("Age")
    assert set(documented) - set(answer.headers.keys()) <= rare


@pytest.mark.parametrize("call", OPERATIONS, ids=" ".join)
def test_every_operation_fails_as_documented(bridge: Bridge, call: tuple[str, str]) -> None:
    method, path = call
    statuses = set()
    bridge.control("faults", status=500, share=1)
    for options in (
        {"token": "wrong"},
        {"query_string": {"shop": "other.myshopify.com"}},
        {"query_string": {"typo": "1"}},
        {"data": b"{", "content_type": "application/json"},
        {"data": b"{}", "content_type": "text/plain"},
        {"data": b" " * 2_000_000, "content_type": "application/json"},
        {"json": {"rma_id": "1", "transaction_id": "1", "status": "Success"}},
        {},
    ):
        answer = bridge.call(method, path, **options)
        statuses.add(answer.status_code)
        assert_documented(answer, OPERATIONS[call])
    assert 401 in statuses


def test_every_documented_input_is_the_schema_of_its_block() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for key, action in app.CATALOGUE.actions.items():
        body = OPERATIONS["POST", f"/v1/actions/{key}"]["requestBody"]
        name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert set(schemas[name]["properties"]) == set(action.input_schema().fields)
    asked = {
        **{f"/v1/triggers/{key}": block for key, block in app.CATALOGUE.triggers.items()},
        **{f"/v1/actions/{key}": block for key, block in app.CATALOGUE.searches.items()},
        **{f"/v1/choices/{key}": block for key, block in app.CATALOGUE.choices.items()},
    }
    for path, block in asked.items():
        parameters = OPERATIONS["GET", path]["parameters"]
        asked_for = {each["name"] for each in parameters if each["in"] == "query"}
        assert asked_for == set(block.input_schema().fields)


def inputs(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each field that is sent: its name, and its schema."""
    schemas = document["components"]["schemas"]
    for operation in OPERATIONS.values():
        for each in operation.get("parameters", ()):
            yield each["name"], each["schema"]
        for content in operation.get("requestBody", {}).get("content", {}).values():
            whole = content["schema"]
            yield from schemas[whole["$ref"].rpartition("/")[2]]["properties"].items()


def test_no_client_that_is_made_of_it_refuses_an_id_that_the_bridge_takes() -> None:
    ids = [schema for name, schema in inputs(DOCUMENT) if name in ("rma_id", "order_id")]
    assert len(ids) > 10
    for schema in ids:
        validator = Draft202012Validator(schema)
        assert validator.is_valid("RMA10030552")
        assert validator.is_valid("https://admin.shopify.com/store/demo/orders/7396218241343")


def test_no_client_that_is_made_of_it_has_to_send_what_has_a_default() -> None:
    defaults = {name: schema["default"] for name, schema in inputs(DOCUMENT) if "default" in schema}
    assert defaults == {}
    told = {name: each["description"] for name, each in inputs(DOCUMENT) if "description" in each}
    assert told["raw"].endswith("Empty: false.")
    assert told["days"].endswith("up to 90. Empty: 7.")


def test_a_file_is_declared_as_bytes() -> None:
    (content,) = OPERATIONS["GET", "/v1/export/{platform}.zip"]["responses"]["200"][
        "content"
    ].values()
    assert content["schema"] == {"type": "string", "format": "binary"}


def test_bodies_are_declared_as_json_alone() -> None:
    """Forms are read as well; but clients that are made of two types of body send the wrong one."""
    bodies = [each["requestBody"] for each in OPERATIONS.values() if "requestBody" in each]
    assert {tuple(body["content"]) for body in bodies} == {("application/json",)}
