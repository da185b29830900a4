"""A live bridge takes what the custom connector describes, and answers as it is described."""

import json
from typing import Any

import pytest
import requests

import app
from connector.export import EXPORTERS, Site
from connector.export.form import form
from tests.end_to_end.waiting import eventually
from tests.export.conftest import Live
from tests.export.hooked import listening
from tests.export.live_world import LiveWorld, given_to
from tests.export.power_automate_connector import Connector, Operation
from tests.following import Follower
from tests.processes import CALL, SHOPS, TOKEN, Server
from tests.recordings.scenarios.world import rma_id

TRIGGERS, ACTIONS = app.CATALOGUE.triggers, app.CATALOGUE.actions
SEARCHES, CHOICES = app.CATALOGUE.searches, app.CATALOGUE.choices
OWN_KEY = {"api_key": "demo-key", "shop_name": SHOPS[0]}


def connected(live: Live, **connection: str) -> Connector:
    files = EXPORTERS["power-automate"](Site(app.CATALOGUE, live.bridge.url))
    return Connector(files, connection)


@pytest.fixture(scope="module")
def connector(live: Live) -> Connector:
    live.meet()
    return connected(live, token=TOKEN)


def operation_at(connector: Connector, method: str, path: str) -> tuple[str, Operation]:
    """Find the operation of a path."""
    (found,) = (
        (name, each)
        for name, each in connector.operations.items()
        if (each.method, each.path) == (method, path)
    )
    return found


@pytest.mark.parametrize("connection", [{"token": TOKEN}, OWN_KEY], ids=["token", "key"])
def test_a_connection_signs_in_whichever_fields_are_filled_in(live: Live, connection: Any):
    connector = connected(live, **connection)
    answer = connector.call("TestConnection")
    assert answer.status_code == 200, answer.text
    assert list(connector.misfits(answer.json(), connector.answer_of("TestConnection"))) == []


@pytest.mark.parametrize(
    "connection", [{}, {"token": "not-the-token"}, {"api_key": "not-the-key"}], ids=json.dumps
)
def test_a_connection_that_is_wrong_is_told_why(live: Live, connection: Any):
    connector = connected(live, **connection)
    answer = connector.call("TestConnection")
    assert answer.status_code == 401
    problem = connector.operations["TestConnection"].described["responses"]["default"]
    assert list(connector.misfits(answer.json(), problem["schema"])) == []
    assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize("key", TRIGGERS)
def test_a_trigger_is_followed_by_location_and_retry_after(
    connector: Connector, live: Live, key: str
):
    name, operation = operation_at(connector, "GET", f"/triggers/{key}/batch")
    examples = {
        field.name: field.example for field in form(app.CATALOGUE, TRIGGERS[key]) if field.example
    }
    filtered = connector.call(name, **examples)
    assert filtered.status_code == 202, filtered.text
    assert connector.get(filtered.headers["Location"]).status_code in {200, 202}
    follower = Follower(connector.address(operation, {}), connector.get, requests.Response.json)
    assert follower.call() > 0
    assert (follower.statuses, follower.taken) == ([202], [])
    follower.url = follower.url.replace("after=", "after=0&was=").partition("&was")[0]
    LiveWorld(live.sandbox).whole_rma()
    shown = {event["id"] for event in live.bridge.poll(key)}
    follower.catch_up()
    answered = connector.answer_of(name)
    assert list(connector.misfits(follower.taken, answered)) == []
    ids = [event["id"] for event in follower.taken]
    assert len(ids) == len(set(ids))
    assert set(ids) >= shown


def test_what_happens_comes_once_and_in_order(connector: Connector, live: Live):
    name, operation = operation_at(connector, "GET", "/triggers/new_rma/batch")
    follower = Follower(
        f"{connector.address(operation, {})}?limit=2", connector.get, requests.Response.json
    )
    follower.call()
    made = {rma_id(LiveWorld(live.sandbox).rma()) for _ in range(5)}

    def all_came() -> bool:
        follower.catch_up()
        return made <= {event["rma_id"] for event in follower.taken}

    eventually(all_came)
    ids = [event["id"] for event in follower.taken]
    assert len(ids) == len(set(ids))
    polled = [event["id"] for event in live.bridge.poll("new_rma")]
    assert ids == polled[: len(ids)][::-1]
    assert 0 in follower.waits, "five do not fit on a page of two"
    assert name == "WhenNewRma"


@pytest.mark.parametrize("key", TRIGGERS)
def test_a_trigger_is_subscribed_to_and_the_subscription_ended(connector: Connector, key: str):
    name, _ = operation_at(connector, "POST", f"/triggers/{key}/hooks")
    examples = {
        field.name: field.example for field in form(app.CATALOGUE, TRIGGERS[key]) if field.example
    }
    # Microsoft's addresses are long
    target = f"http://127.0.0.1:9/workflows/{'0' * 32}/triggers/x/run?sig={'x' * 200}"
    for filters in ({}, examples):
        answer = connector.call(name, target_url=target, **filters)
        assert answer.status_code == 201, answer.text
        location = answer.headers["Location"]
        assert requests.delete(location, headers=connector.headers(), timeout=CALL).ok
        hook_id = location.rpartition("/")[2]
        assert connector.call("Unsubscribe", id=hook_id).status_code == 404


def test_what_is_notified_is_what_a_poll_shows(connector: Connector, live: Live, worker: Server):
    content = connector.definition["paths"]["/triggers/new_rma/hooks"]["x-ms-notification-content"]
    with listening() as (address, taken):
        answer = connector.call("WhenNewRmaInstantly", target_url=address, shop=SHOPS[0])
        made = rma_id(LiveWorld(live.sandbox).rma())
        eventually(lambda: made in {event["rma_id"] for event in taken})
        hook_id = answer.headers["Location"].rpartition("/")[2]
        assert connector.call("Unsubscribe", id=hook_id).status_code == 204
    polled = {event["id"]: event for event in live.bridge.poll("new_rma")}
    assert taken == [polled[event["id"]] for event in taken]
    assert [each for event in taken for each in connector.misfits(event, content["schema"])] == []
    assert worker.process.poll() is None


@pytest.mark.parametrize("key", ACTIONS)
def test_an_action_is_done_once_however_often_it_is_repeated(
    connector: Connector, live: Live, key: str
):
    name, _ = operation_at(connector, "POST", f"/actions/{key}")
    given, _ = given_to(key, live.sandbox)
    if "query" in given:
        given["query"] = json.dumps(given["query"])  # the form has no other way to write it
    given["idempotency_key"] = f"run of {key}"
    first, again = (connector.call(name, **given) for _ in range(2))
    assert first.status_code == 200, first.text
    assert list(connector.misfits(first.json(), connector.answer_of(name))) == []
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("key", SEARCHES)
def test_a_search_finds(connector: Connector, live: Live, key: str):
    name, _ = operation_at(connector, "GET", f"/actions/{key}")
    given, _ = given_to(key, live.sandbox)
    answer = connector.call(name, limit=3, **given)
    assert answer.status_code == 200, answer.text
    assert answer.json()
    assert list(connector.misfits(answer.json(), connector.answer_of(name))) == []


@pytest.mark.parametrize("key", CHOICES)
def test_a_drop_down_is_filled(connector: Connector, live: Live, key: str):
    name, _ = operation_at(connector, "GET", f"/choices/{key}")
    given, _ = given_to(key, live.sandbox)
    answer = connector.call(name, **given)
    assert answer.status_code == 200, answer.text
    assert answer.json()
    assert all(row["label"] and isinstance(row["id"], str) for row in answer.json())


def test_line_items_arrive(connector: Connector, live: Live):
    given, _ = given_to("create_rma", live.sandbox)
    made = connector.call("CreateRma", **given)
    assert made.status_code == 200, made.text
    assert len(made.json()["items"]) == len(given["items"]) > 1


def test_what_is_wrong_is_named(connector: Connector):
    answer = connector.call("UpdateRmaStatus", rma_id="1", status="Recieved")
    assert answer.status_code == 422
    problem = connector.operations["UpdateRmaStatus"].described["responses"]["default"]["schema"]
    assert list(connector.misfits(answer.json(), problem)) == []
    (error,) = answer.json()["errors"]
    assert error["field"] == "status"
