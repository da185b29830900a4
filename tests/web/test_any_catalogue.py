"""Nothing in the connector knows a block: another catalogue is another bridge."""

import pytest
import yaml

from connector.blocks import Catalogue
from connector.web import openapi_yaml
from tests.toy import actions, triggers
from tests.web.answers import faulty_fields, good, problem
from tests.web.conftest import Bridge, Build

TOYS = Catalogue.of(triggers, actions)


@pytest.fixture
def toy_bridge(build: Build) -> Bridge:
    return build(TOYS)


def test_a_toy_is_found_in_the_catalogue(toy_bridge: Bridge) -> None:
    assert [entry["key"] for entry in good(toy_bridge.get("/v1/triggers"))] == ["coin_tossed"]
    assert [entry["label"] for entry in good(toy_bridge.get("/v1/actions"))] == ["Toss Coin"]


def test_a_toy_is_documented_and_nothing_else_is(toy_bridge: Bridge) -> None:
    document = yaml.load(openapi_yaml(TOYS), yaml.CSafeLoader)
    assert set(document["paths"]) == {
        "/v1/me",
        "/v1/triggers",
        "/v1/triggers/coin_tossed",
        "/v1/triggers/coin_tossed/batch",
        "/v1/triggers/coin_tossed/hooks",
        "/v1/triggers/coin_tossed/sample",
        "/v1/actions",
        "/v1/actions/toss_coin",
        "/v1/choices",
        "/v1/customer-links",
        "/v1/export/{platform}.zip",
        "/v1/hooks",
        "/v1/hooks/{id}",
        "/v1/hooks/{id}/test",
        "/v1/hooks/{id}/rotate",
        "/v1/hooks/{id}/wake",
        "/v1/hooks/{id}/deliveries",
        "/v1/hooks/{id}/replay",
    }
    assert good(toy_bridge.get("/openapi.json"))["paths"] == document["paths"]


def test_a_toy_trigger_is_polled_with_its_own_filter(toy_bridge: Bridge) -> None:
    for currency, status in (("ZAR", "Requested"), ("EUR", "Success")):
        toy_bridge.new_refund(currency=currency, status=status, amount="5")
    (event,) = good(toy_bridge.get("/v1/triggers/coin_tossed?currency=EUR"))
    assert (event["currency"], event["status"]) == ("EUR", "Success")
    assert len(good(toy_bridge.get("/v1/triggers/coin_tossed"))) == 2
    assert good(toy_bridge.get("/v1/triggers/coin_tossed/sample"))["id"]


def test_a_toy_trigger_reads_only_what_it_needs(toy_bridge: Bridge) -> None:
    good(toy_bridge.get("/v1/triggers/coin_tossed"))
    assert set(toy_bridge.calls()) == {"GET /transactions"}


def test_a_toy_action_acts(toy_bridge: Bridge) -> None:
    rma_id = toy_bridge.new_rma(status="Received")
    fields = {"rma_id": rma_id, "side": "heads", "height": 6}
    assert good(toy_bridge.act("toss_coin", fields)) == {
        "id": f"coin-{rma_id}",
        "side": "heads",
        "status": "Received",
        "shop": "demo.myshopify.com",
    }
    assert set(
        faulty_fields(toy_bridge.act("toss_coin", {"side": "edge", "height": "6 feet"}))
    ) == {*("rma_id", "side", "height")}


def test_what_the_toys_do_not_hold_is_not_there(toy_bridge: Bridge) -> None:
    problem(toy_bridge.get("/v1/triggers/new_rma"), 404)
    problem(toy_bridge.act("update_rma_status"), 404)
