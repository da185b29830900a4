import io
import zipfile
from typing import Any

import pytest

from connector.export import EXPORTERS
from connector.inbound import EVENTS
from tests.page.conftest import Visitor, with_page
from tests.processes import SHOPS
from tests.web.answers import good
from tests.web.conftest import Bridge, Build

OTHER = {"api_key": "other-key", "shops": "other.myshopify.com"}
TOKEN = r"rgo_[\w-]{43}"


def added(operator: Visitor, **fields: str) -> str:
    answer = operator.send("/connections/new", **{**OTHER, **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


@pytest.mark.parametrize(
    "pasted", ["other", "https://other.myshopify.com/admin?x=1", " Other.MyShopify.com , "]
)
def test_a_key_is_tried_and_kept_with_its_shops(operator: Visitor, bridge: Bridge, pasted: str):
    where = added(operator, shops=pasted, label="Other")
    (_, kept) = bridge.rules.connections.all()
    assert (kept.label, kept.shops, kept.api_key) == (
        "Other",
        ("other.myshopify.com",),
        "other-key",
    )
    assert bridge.calls() == ["GET /rmas"]
    shown = operator.get(where).text
    assert "other-key" not in shown
    assert "other.myshopify.com" in shown


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"api_key": "planted-key"}, "other.myshopify.com: ReturnGO does not know this key."),
        ({"shops": "demo"}, "demo.myshopify.com: ReturnGO says that this key does not own"),
        ({"shops": "two words"}, "is not a shop name like demo.myshopify.com"),
        ({"shops": ""}, "Name at least one shop."),
        ({"api_key": "planted key"}, "no spaces"),
        ({"api_key": "demo-key", "shops": "demo"}, "The settings have this key already"),
    ],
)
def test_what_cannot_be_kept_is_said(
    operator: Visitor, bridge: Bridge, fields: dict[str, str], sentence: str
):
    answer = operator.send("/connections/new", **{**OTHER, **fields})
    assert answer.status_code == 422
    assert sentence in answer.text.replace("&#39;", "'")
    assert "planted" not in answer.text
    assert len(bridge.rules.connections.all()) == 1


def test_a_token_is_shown_once_with_what_platforms_ask_for(operator: Visitor, bridge: Bridge):
    path = "/connections/operator"
    answer = operator.send(path, name="Zapier: refunds", scopes=["read", "hooks"])
    (kept,) = bridge.rules.connections.tokens.all()
    shown = answer.text.split('id="token"')[1].split('value="')[1].split('"')[0]
    found = bridge.rules.connections.tokens.find(shown)
    assert found is not None
    assert (found.id, found.name, found.scopes) == (kept.id, "Zapier: refunds", kept.scopes)
    assert good(bridge.call("GET", "/v1/me", token=shown))["scopes"] == ["hooks", "read"]
    again = operator.get(path).text
    assert shown not in again
    assert kept.prefix in again


def test_a_token_may_be_for_one_shop_and_for_some_days(operator: Visitor, bridge: Bridge):
    path = "/connections/operator"
    operator.send(path, name="spring", scopes=["read"], shops=[SHOPS[1]], days="30")
    (kept,) = bridge.rules.connections.tokens.all()
    assert kept.shops == (SHOPS[1],)
    assert kept.expires_at is not None
    assert (kept.expires_at - kept.created_at).days == 30


def test_a_token_may_be_given_so_many_calls_and_the_page_says_how_many_it_has_made(
    operator: Visitor, bridge: Bridge
):
    path = "/connections/operator"
    fields = {"calls_a_minute": "1", "calls_a_day": "9"}
    answer = operator.send(path, name="loop", scopes=["read"], **fields)
    shown = answer.text.split('id="token"')[1].split('value="')[1].split('"')[0]
    statuses = [
        bridge.get(f"/v1/actions/list_rmas?limit={limit}", token=shown).status_code
        for limit in (1, 2)
    ]
    assert statuses == [200, 429]
    assert "<td>1</td><td>1 a minute, 9 a day</td>" in operator.get(path).text
    operator.send(path, name="usual", scopes=["read"])
    assert "<td>0</td><td>500 a day</td>" in operator.get(path).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "", "scopes": ["read"]}, "Name the workflow"),
        ({"name": "x", "scopes": []}, "Choose at least one."),
        ({"name": "x", "scopes": ["everything"]}, "not a valid choice"),
        ({"name": "x", "scopes": ["read"], "shops": ["foreign.example.com"]}, "not a valid choice"),
        ({"name": "x", "scopes": ["read"], "days": "0"}, "At least one day."),
        ({"name": "x", "scopes": ["read"], "days": "soon"}, "Not a valid integer value"),
        ({"name": "x", "scopes": ["read"], "calls_a_day": "0"}, "From 1 to 1000000."),
        ({"name": "x", "scopes": ["read"], "calls_a_minute": "1000001"}, "From 1 to 1000000."),
    ],
)
def test_a_token_that_cannot_be_made_is_not(
    operator: Visitor, bridge: Bridge, fields: dict[str, Any], sentence: str
):
    answer = operator.send("/connections/operator", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text.replace("&#39;", "'")
    assert bridge.rules.connections.tokens.all() == []


def test_a_token_is_revoked(operator: Visitor, bridge: Bridge):
    operator.send("/connections/operator", name="old", scopes=["read"])
    (kept,) = bridge.rules.connections.tokens.all()
    operator.send("/connections/operator", to=f"/tokens/{kept.id}/revoke")
    assert bridge.rules.connections.tokens.all() == []
    assert operator.send("/connections/operator", to="/tokens/0/revoke").status_code == 404


def test_a_connection_is_removed_when_that_is_asked_twice(operator: Visitor, bridge: Bridge):
    where = added(operator)
    assert "stop" not in operator.get(where).text
    asked = f"{where}?ask=remove"
    assert "Remove other.myshopify.com" in operator.get(asked).text
    operator.send(asked, to=f"{where}/remove")
    assert len(bridge.rules.connections.all()) == 1
    assert operator.get(where).status_code == 404


def test_the_connection_of_the_settings_stays(operator: Visitor, bridge: Bridge):
    assert "RETURNGO_API_KEY" in operator.get("/connections/operator").text
    operator.send("/connections/operator", to="/connections/operator/remove")
    assert len(bridge.rules.connections.all()) == 1


def test_returngo_is_told_where_to_tell_the_bridge(build: Build):
    bridge = with_page(build(public_url="https://bridge.example.com"))
    operator = Visitor(bridge.app.test_client())
    operator.set_up()
    path = "/connections/operator"
    operator.send(path, to=f"{path}/webhooks")
    registered = [call for call in bridge.calls() if call.startswith("POST /webhook")]
    assert len(registered) == len(EVENTS) * len(SHOPS)
    assert f"Webhooks: {len(registered)} registered." in operator.get(path).text
    bridge.control("faults", status=500, share=1)
    operator.send(path, to=f"{path}/webhooks")
    assert "ReturnGO could not be asked" in operator.get(path).text


def test_without_a_public_address_there_is_nothing_to_register(operator: Visitor, bridge: Bridge):
    path = "/connections/operator"
    assert "PUBLIC_URL" in operator.get(path).text
    operator.send(path, to=f"{path}/webhooks")
    assert bridge.calls() == []


@pytest.mark.parametrize("platform", EXPORTERS)
def test_what_each_platform_takes_is_downloaded(operator: Visitor, platform: str):
    answer = operator.get(f"/download/{platform}.zip")
    assert answer.status_code == 200
    assert f"returngo-{platform}.zip" in answer.headers["Content-Disposition"]
    assert zipfile.ZipFile(io.BytesIO(answer.data)).namelist()


def test_each_export_stands_on_the_page(operator: Visitor):
    shown = operator.send("/connections/operator", name="any", scopes=["read"]).text
    for platform in EXPORTERS:
        if platform != "postman":
            assert f"/download/{platform}.zip" in shown
    assert operator.get("/download/nothing.zip").status_code == 404
