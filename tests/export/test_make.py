"""A live bridge takes the requests that the custom app describes, and answers what it reads."""

from typing import Any

import pytest

import app
from connector.export import EXPORTERS, Site
from connector.export.form import form
from tests.end_to_end.waiting import eventually
from tests.export.conftest import Live
from tests.export.hooked import listening
from tests.export.live_world import LiveWorld, given_to
from tests.export.make_project import Project, misfits
from tests.export.make_requests import Caller, fill, signing
from tests.processes import SHOPS, TOKEN, Server
from tests.recordings.scenarios.world import rma_id

ACTIONS, SEARCHES = app.CATALOGUE.actions, app.CATALOGUE.searches
TRIGGERS, CHOICES = app.CATALOGUE.triggers, app.CATALOGUE.choices
KEY = {"apiKey": "demo-key", "shopName": SHOPS[0]}


@pytest.fixture(scope="module")
def project(live: Live) -> Project:
    return Project(EXPORTERS["make"](Site(app.CATALOGUE, live.bridge.url)))


@pytest.fixture(scope="module")
def caller(project: Project, live: Live) -> Caller:
    live.meet()
    return Caller(project, {"token": TOKEN})


def module_of(project: Project, url: str, module_type: str) -> str:
    """Find the module that calls an address."""
    (found,) = (
        module
        for module in project.modules(module_type)
        if project.code("module", module, "communication")["url"] == url
    )
    return found


@pytest.mark.parametrize("given", [{"token": TOKEN}, KEY], ids=["token", "key"])
def test_the_connection_signs_in_and_has_a_name(project: Project, given: dict[str, str]):
    request = project.code("connection", "bridge", "communication")
    values = {"parameters": given, **signing("parameters", given)}
    answer = Caller(project, {}).send(request, **values)
    assert answer.status_code == 200, answer.text
    assert fill(request["response"]["metadata"]["value"], {"body": answer.json()})


def test_a_wrong_token_is_told_in_a_sentence(project: Project):
    given = {"token": "not-the-token"}
    request = project.code("connection", "bridge", "communication")
    answer = Caller(project, {}).send(request, parameters=given, **signing("parameters", given))
    assert answer.status_code == 401
    error = request["response"]["error"][str(answer.status_code)]
    assert error["type"] == "InvalidAccessTokenError"
    assert "body.detail" in error["message"]
    assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize("key", TRIGGERS)
def test_a_trigger_is_polled_with_and_without_its_filters(
    project: Project, caller: Caller, live: Live, key: str
):
    LiveWorld(live.sandbox).whole_rma()
    module = module_of(project, f"/triggers/{key}", "trigger")
    request = project.code("module", module, "communication")
    asked = project.code("module", module, "staticParams")
    examples = {
        field.name: field.example for field in form(app.CATALOGUE, TRIGGERS[key]) if field.example
    }
    assert set(examples) <= {each["name"] for each in asked}
    assert caller.send(request, parameters=examples).status_code == 200
    answer = caller.send(request, parameters={})
    assert answer.status_code == 200, answer.text
    remembered = [
        fill(request["response"]["trigger"], {"item": item})
        for item in fill(request["response"]["iterate"], {"body": answer.json()})
    ]
    dates = [each["date"] for each in remembered]
    assert dates == sorted(dates, reverse=True)
    assert len({each["id"] for each in remembered}) == len(remembered)
    told = project.code("module", module, "interface")
    assert [each for item in answer.json() for each in misfits(item, told)] == []


def test_paging_goes_on_where_the_page_ended(project: Project, caller: Caller, live: Live):
    world = LiveWorld(live.sandbox)
    made = {rma_id(world.rma()) for _ in range(3)}
    module = module_of(project, "/triggers/new_rma", "trigger")
    request = project.code("module", module, "communication")

    def page() -> list[Any]:
        return list(caller.send(request, parameters={}).json())

    eventually(lambda: made <= {event["rma_id"] for event in page()})
    whole = page()
    last = {"iterate": {"container": {"last": whole[1]}}}
    merged = {**request, "qs": {**request["qs"], **fill(request["pagination"]["qs"], last)}}
    assert caller.send(merged, parameters={}).json() == whole[2:]


def test_where_to_start_is_told_by_label_and_date(project: Project, caller: Caller, live: Live):
    LiveWorld(live.sandbox).rma()
    module = module_of(project, "/triggers/new_rma", "trigger")
    request = project.code("module", module, "communication")
    epoch = project.code("module", module, "epoch")
    items = eventually(lambda: caller.send({**request, **epoch}, parameters={}).json())
    for item in items:
        shown = fill(epoch["response"]["output"], {"item": item})
        assert item["id"] in shown["label"]
        assert shown["date"] == item["recorded_at"]


@pytest.mark.parametrize("key", ACTIONS)
def test_an_action_is_done(project: Project, caller: Caller, live: Live, key: str):
    module = module_of(project, f"/actions/{key}", "action")
    given, _ = given_to(key, live.sandbox)
    assert set(given) <= project.asked("module", module)
    request = project.code("module", module, "communication")
    answer = caller.send(request, parameters=given)
    assert answer.status_code == 200, answer.text
    told = project.code("module", module, "interface")
    assert list(misfits(fill(request["response"]["output"], {"body": answer.json()}), told)) == []


@pytest.mark.parametrize("key", SEARCHES)
def test_a_search_finds(project: Project, caller: Caller, live: Live, key: str):
    module = module_of(project, f"/actions/{key}", "search")
    given, _ = given_to(key, live.sandbox)
    assert set(given) <= project.asked("module", module)
    request = project.code("module", module, "communication")
    answer = caller.send(request, parameters={**given, "limit": 3})
    assert answer.status_code == 200, answer.text
    items = fill(request["response"]["iterate"], {"body": answer.json()})
    assert items
    told = project.code("module", module, "interface")
    assert [each for item in items for each in misfits(item, told)] == []


@pytest.mark.parametrize("key", CHOICES)
def test_a_drop_down_is_filled(project: Project, caller: Caller, live: Live, key: str):
    (rpc,) = (
        rpc
        for rpc in project.components("rpc")
        if project.code("rpc", rpc, "communication")["url"] == f"/choices/{key}"
    )
    given, _ = given_to(key, live.sandbox)
    request = project.code("rpc", rpc, "communication")
    answer = caller.send(request, parameters=given)
    assert answer.status_code == 200, answer.text
    rows = [
        fill(request["response"]["output"], {"item": item})
        for item in fill(request["response"]["iterate"], {"body": answer.json()})
    ]
    assert rows
    assert all(row["label"] and isinstance(row["value"], str) for row in rows)


def test_any_other_call_goes_to_the_bridge_and_nowhere_else(project: Project, caller: Caller):
    request = project.code("module", "makeApiCall", "communication")
    nothing = {
        "toCollection(parameters.headers, 'key', 'value')": {},
        "toCollection(parameters.qs, 'key', 'value')": {"limit": "1"},
    }
    parameters = {"url": "triggers/new_rma", "method": "GET"}
    answer = caller.send(request, parameters=parameters, **nothing)
    assert (answer.status_code, len(answer.json())) == (200, 1)
    astray = {"url": "@elsewhere.example.com/", "method": "GET"}
    assert caller.send(request, parameters=astray, **nothing).status_code in {401, 404}


@pytest.mark.parametrize("key", TRIGGERS)
def test_a_webhook_is_attached_and_detached(project: Project, caller: Caller, key: str):
    attach, detach = hook_codes(project, key)
    examples = {
        field.name: field.example for field in form(app.CATALOGUE, TRIGGERS[key]) if field.example
    }
    for parameters in ({}, examples):
        address = {"webhook": {"url": "http://127.0.0.1:9/hook"}}
        answer = caller.send(attach, parameters=parameters, **address)
        assert answer.status_code == 201, answer.text
        assert answer.json()["filters"] == {**TRIGGERS[key].input().load({}), **parameters}
        kept = fill(attach["response"]["data"], {"body": answer.json()})
        assert caller.send(detach, webhook=kept).status_code == 204
        assert caller.send(detach, webhook=kept).status_code == 404


def hook_codes(project: Project, key: str) -> tuple[Any, Any]:
    for hook in project.components("webhook"):
        attach = project.code("webhook", hook, "attach")
        if attach["body"]["trigger"] == key:
            return attach, project.code("webhook", hook, "detach")
    raise LookupError(key)


def test_what_arrives_at_a_webhook_is_what_a_poll_shows(
    project: Project, caller: Caller, live: Live, worker: Server
):
    attach, detach = hook_codes(project, "new_rma")
    with listening() as (address, taken):
        answer = caller.send(attach, parameters={"shop": SHOPS[0]}, webhook={"url": address})
        made = rma_id(LiveWorld(live.sandbox).rma())
        eventually(lambda: made in {event["rma_id"] for event in taken})
        kept = fill(attach["response"]["data"], {"body": answer.json()})
        assert caller.send(detach, webhook=kept).status_code == 204
    polled = {event["id"]: event for event in live.bridge.poll("new_rma")}
    assert taken == [polled[event["id"]] for event in taken]
    assert worker.process.poll() is None
