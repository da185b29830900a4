"""What can be set, called or asked for stands in the sandbox's README."""

import re
from pathlib import Path

import pytest

import connector.sandbox
from connector.sandbox.app import create_app
from connector.sandbox.control.rmas import rma_control_routes
from connector.sandbox.control.things import control_routes
from connector.sandbox.control.trouble import trouble_routes
from connector.sandbox.control.ways import way_control_routes
from connector.sandbox.control.webhooks import webhook_control_routes
from connector.sandbox.gateway.faults import ACTIONS
from connector.sandbox.gateway.gate import OWNERS
from connector.sandbox.outbound.payloads import SHAPES
from connector.sandbox.world.lifecycle import WEBHOOK_EVENTS
from connector.sandbox.world.ways import NAMES
from tests.sandbox.client import Caller

HOME = Path(connector.sandbox.__file__).parent
README = (HOME / "README.md").read_text()
CODE = "".join(path.read_text() for path in HOME.glob("*.py"))
SETTINGS = sorted(set(re.findall(r'"(SANDBOX_\w+)"', CODE)))
ROUTES = sorted(
    {
        re.sub(r"<\w+>", "{id}", rule.rule)
        for rule in create_app(empty=True).url_map.iter_rules()
        if rule.rule.startswith("/_sandbox/")
    }
)


def test_there_is_something_to_document() -> None:
    assert "SANDBOX_PORT" in SETTINGS
    assert "/_sandbox/rmas/{id}/status" in ROUTES


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_is_documented(setting: str) -> None:
    assert f"| `{setting}` |" in README


def test_every_documented_setting_exists() -> None:
    assert sorted(re.findall(r"^\| `(SANDBOX_\w+)` \|", README, re.MULTILINE)) == SETTINGS


def test_every_control_call_is_documented_and_no_other() -> None:
    documented = re.findall(r"^\| `(?:GET|POST) (/_sandbox/[^`]+)`", README, re.MULTILINE)
    assert sorted(documented) == ROUTES


def test_every_option_is_documented(api: Caller) -> None:
    made = api.control("rmas")
    ids = {
        "rmas": made["rmaSummary"]["rmaId"],
        "shipments": made["shipments"][0]["shipmentId"],
        "transactions": api.control("transactions")["id"],
    }
    for route in ROUTES:
        kind = route.split("/")[2]
        refusal = api.post(route.replace("{id}", str(ids.get(kind, ""))), {"typo": 1})
        if kind == "calls":  # which can only be read and emptied
            continue
        assert refusal.json
        if route.endswith(("/reopen", "/fail_approval", "/touch")):  # which take none
            assert refusal.json["message"].endswith("there are: none")
            continue
        options = refusal.json["message"].partition("there are: ")[2].split(", ")
        assert options != [""]
        if kind != "shipments":  # which takes ReturnGO's own words
            assert [each for each in options if f"`{each}`" not in README] == []


@pytest.mark.parametrize("way", NAMES)
def test_every_way_is_documented(way: str) -> None:
    assert f"| `{way}` |" in README


@pytest.mark.parametrize("kind", ACTIONS)
def test_every_kind_of_fault_is_documented(kind: str) -> None:
    assert f"| `{kind}` |" in README


@pytest.mark.parametrize("word", [*WEBHOOK_EVENTS, *SHAPES])
def test_every_event_and_shape_of_a_webhook_is_documented(word: str) -> None:
    assert f"| `{word}` |" in README


def test_the_keys_and_shops_are_documented() -> None:
    for key, shops in OWNERS.items():
        for word in (key, *shops):
            assert f"`{word}`" in README


def test_every_control_call_says_what_it_does() -> None:
    app = create_app(empty=True)
    for routes in (
        *(control_routes, rma_control_routes, trouble_routes),
        *(way_control_routes, webhook_control_routes),
    ):
        name = routes(app.simulation).name
        views = [view for end, view in app.view_functions.items() if end.startswith(f"{name}.")]
        assert views
        assert all(view.__doc__ for view in views)
