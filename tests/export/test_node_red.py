"""Every node of the export, run by a real Node-RED against a live bridge."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from standardwebhooks import Webhook

import app
from connector.delivery.http.signature import signed_headers
from connector.export.form import form
from tests.end_to_end.waiting import PATIENCE, PAUSE, eventually
from tests.export.conftest import Live
from tests.export.forged import Delivery, forgeries, stale
from tests.export.live_world import PresentWorld, play, without_plumbing
from tests.export.node_red import NodeRed, Tab, by_name, palette, placeholders, running_node_red
from tests.export.troubled import ASKING, examples, spent_day
from tests.processes import CALL, SHOPS, TOKEN, Server
from tests.recordings.scenarios import scenario_of
from tests.recordings.scenarios.world import rma_id

CATALOGUE = app.CATALOGUE
TRIGGERS = CATALOGUE.triggers
NOBODY = "987654321098"
CHANGES = {"POST", "PUT", "DELETE"}
COMMENT = "Thank you, {{event.customer_name}}: {{event.items.0.sku}}{{event.no_such}}"
RARELY = {"seconds": "86400"}  # the rest of the looks a test asks for


def instant(key: str) -> str:
    return f"{key}_instant"


@pytest.fixture(scope="module")
def world(live: Live) -> PresentWorld:
    return PresentWorld(live.sandbox)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("node-red")


@pytest.fixture(scope="module")
def node_red(folder: Path) -> Iterator[NodeRed]:
    with running_node_red(folder) as node_red:
        yield node_red


def tab(bridge: str, node_red: str) -> Tab:
    """Put every node there: triggers as they are, the rest with forms that the message fills in."""
    nodes = palette(bridge)
    tab = Tab(nodes, NODE_RED_URL=node_red)
    subflows = by_name(nodes)
    tab.put("Test the Connection", "me")
    for key, trigger in TRIGGERS.items():
        tab.put(trigger.label, key, RARELY)
        tab.put(f"{trigger.label} (Instant)", instant(key))
    tab.put("Add RMA Comment", "comments", {"text": COMMENT})
    for block in [*CATALOGUE.actions.values(), *CATALOGUE.searches.values()]:
        tab.put(block.label, block.key, placeholders(subflows[block.label]))
    for choice in CATALOGUE.choices.values():
        name = f"List {choice.label}"
        tab.put(name, f"list_{choice.key}", placeholders(subflows[name]))
    return tab


@pytest.fixture(scope="module")
def deployed(node_red: NodeRed, live: Live) -> NodeRed:
    """A Node-RED in which every node stands, at a bridge that has been in touch with its shops."""
    live.meet()
    node_red.deploy(tab(live.bridge.url, node_red.url).nodes())
    return node_red


@dataclass
class Played:
    """What triggers told of what happened while they stood there."""

    looked: dict[str, list[dict[str, Any]]]
    heard: dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def played(deployed: NodeRed, live: Live, worker: Server, world: PresentWorld) -> Played:
    """Let something happen for every trigger, and have each look and listen."""
    assert worker.process.poll() is None
    eventually(lambda: all("place" in deployed.context(key) for key in TRIGGERS))
    eventually(lambda: len(live.bridge.call("GET", "/v1/hooks").json()) == len(TRIGGERS))
    assert not any(deployed.told(key) for key in TRIGGERS), "the first look tells nothing"
    filters = play(TRIGGERS, world, live.bridge)
    eventually(lambda: all(live.bridge.poll(key, limit=1, **filters[key]) for key in TRIGGERS))

    silent = set(TRIGGERS)

    def have_told() -> bool:
        for key in silent:
            deployed.notify(key, {})
        time.sleep(PAUSE)
        told = {key for key in silent if deployed.told(key) and deployed.told(instant(key))}
        silent.difference_update(told)
        return not silent

    eventually(have_told, patience=3 * PATIENCE)  # each looks and listens
    return Played(
        {key: deployed.told(key) for key in TRIGGERS},
        {key: deployed.told(instant(key)) for key in TRIGGERS},
    )


def look(node_red: NodeRed, key: str, **message: Any) -> list[dict[str, Any]]:
    """Send a trigger a message, and see what it has told soon after."""
    node_red.notify(key, message)
    time.sleep(PAUSE)
    return node_red.told(key)


def given(key: str, world: PresentWorld) -> dict[str, Any]:
    """Let happen what a block needs, and answer what its user fills in."""
    return without_plumbing(next(scenario_of(key)(world)))


def test_the_connection_is_tested_whichever_way_it_is_made(
    deployed: NodeRed, live: Live, tmp_path: Path
):
    assert deployed.send("me", {}).json()["label"]
    own = {"RETURNGO_API_KEY": "demo-key", "RETURNGO_SHOP": SHOPS[0]}
    with running_node_red(tmp_path) as another:
        nodes = palette(live.bridge.url)
        for variables, status, said in (
            ({"RETURNGO_BRIDGE_TOKEN": "", **own}, 200, SHOPS[0]),
            ({"RETURNGO_BRIDGE_TOKEN": "wrong"}, 500, "token"),
            ({"RETURNGO_BRIDGE_TOKEN": ""}, 500, "Set RETURNGO_BRIDGE_TOKEN"),
        ):
            tab = Tab(nodes, **variables)
            tab.put("Test the Connection", "me")
            another.deploy(tab.nodes())
            answer = another.send("me", {})
            assert (answer.status_code, said in answer.text) == (status, True), answer.text


def test_each_trigger_tells_each_event_once_oldest_first(played: Played, live: Live):
    for key, trigger in TRIGGERS.items():
        shown = {event["id"]: event for event in live.bridge.poll(key)}
        events = [message["payload"] for message in played.looked[key]]
        ids = [event["id"] for event in events]
        assert len(set(ids)) == len(ids), key
        assert all(event == shown[event["id"]] for event in events), key
        times = [event["recorded_at"] for event in events]
        assert times == sorted(times), key
        assert all(set(trigger.sample()) <= set(event) for event in events), key
        assert all(message["event"] == message["payload"] for message in played.looked[key])


def test_each_instant_trigger_tells_what_a_poll_shows(played: Played, live: Live):
    for key in TRIGGERS:
        shown = {event["id"]: event for event in live.bridge.poll(key)}
        heard = [message["payload"] for message in played.heard[key]]
        assert heard
        assert all(event == shown[event["id"]] for event in heard), key


def test_each_action_is_done_once_however_often_it_is_sent(
    deployed: NodeRed, live: Live, world: PresentWorld
):
    messages = {
        key: {"payload": {**given(key, world), "idempotency_key": f"{key}:1"}}
        for key in CATALOGUE.actions
    }
    done = {key: good(deployed.send(key, message)) for key, message in messages.items()}
    assert all(answer["id"] for answer in done.values())
    asked = [call for call in live.sandbox.calls() if call["method"] in CHANGES]
    assert {key: good(deployed.send(key, message)) for key, message in messages.items()} == done
    assert [call for call in live.sandbox.calls() if call["method"] in CHANGES] == asked


def good(answer: requests.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_each_search_finds_the_best_match_first_and_nothing_where_nothing_is(
    deployed: NodeRed, world: PresentWorld
):
    for key, block in CATALOGUE.searches.items():
        found = good(deployed.send(key, {"payload": given(key, world)}))
        assert set(block.sample()) <= set(found[0]), key
        lost = {next(iter(block.input().fields)): NOBODY}
        assert good(deployed.send(key, {"payload": lost})) == [], key


def test_each_list_offers_what_the_bridge_offers(
    deployed: NodeRed, live: Live, world: PresentWorld
):
    forms = {key: given(key, world) for key in CATALOGUE.choices}
    for key, asked in forms.items():
        offered = good(deployed.send(f"list_{key}", {"payload": asked}))
        assert offered == live.bridge.call("GET", f"/v1/choices/{key}", params=asked).json()
        assert offered, key


def test_line_items_arrive_as_lines_of_the_message_and_of_the_form(
    deployed: NodeRed, world: PresentWorld
):
    for written in (list, json.dumps):
        order = world.order(items=2)
        lines = [{"line_item_id": line, "return_reason": ""} for line in order["lines"]]
        asked = {"order_id": order["order_id"], "policy_id": "1101", "items": written(lines)}
        answer = good(deployed.send("create_rma", {"payload": asked}))
        assert [item["line_item_id"] for item in answer["items"]] == order["lines"]


def test_a_form_that_is_as_it_was_takes_the_thing_the_shop_and_the_key_from_the_event(
    deployed: NodeRed, live: Live, world: PresentWorld
):
    event = {
        "id": "event:1",
        "rma_id": given("get_rma", world)["rma_id"],
        "shop": SHOPS[0],
        "customer_name": "Ada Example",
        "items": [{"sku": "TEE-1"}],
    }
    done = good(deployed.send("comments", {"payload": "something else", "event": event}))
    assert good(deployed.send("comments", {"event": event})) == done, "the event's id is the key"
    found = live.bridge.call("GET", "/v1/actions/get_rma", params={"rma_id": event["rma_id"]})
    comments = [each["html"] for each in found.json()[0]["comments"]]
    assert sum("Thank you, Ada Example: TEE-1" in each for each in comments) == 1


def test_the_token_may_be_a_credential_of_all_flows(live: Live, tmp_path: Path):
    tab = Tab(palette(live.bridge.url), RETURNGO_BRIDGE_TOKEN=None)
    tab.put("Test the Connection", "me")
    variable = {"name": "RETURNGO_BRIDGE_TOKEN", "type": "cred", "value": ""}
    settings = {
        "id": "global",
        "type": "global-config",
        "env": [variable],
        "credentials": {"map": {"RETURNGO_BRIDGE_TOKEN": TOKEN}},
    }
    with running_node_red(tmp_path) as node_red:
        node_red.deploy([*tab.nodes(), settings])
        assert good(node_red.send("me", {}))["label"]
    assert TOKEN not in "".join(path.read_text() for path in tmp_path.rglob("*.json"))


def test_when_the_day_is_spent_each_node_says_how_long_to_wait(live: Live, tmp_path: Path):
    with spent_day(live, tmp_path) as bridge, running_node_red(tmp_path) as node_red:
        node_red.deploy(tab(bridge.url, node_red.url).nodes())
        for block in ASKING:
            answer = node_red.send(block.key, {"payload": examples(block)}).json()
            assert re.search(r"calls.*Try again in \d+ seconds\.", answer["said"]), block.key
        for key in TRIGGERS:
            assert look(node_red, key) == []
        caught = eventually(lambda: [line for line in node_red.log if "Caught: The day's" in line])
        assert "Try again in" in caught[0]


def test_what_is_wrong_is_an_error_that_names_the_field_and_no_secret(deployed: NodeRed):
    for key, action in CATALOGUE.actions.items():
        answer = deployed.send(key, {"payload": {}})
        assert answer.status_code == 500
        required = [field.name for field in form(CATALOGUE, action) if field.required]
        assert any(name in answer.json()["said"] for name in required), answer.text
        assert "demo-token" not in answer.text


def test_a_trigger_goes_on_where_it_stopped_and_begins_anew_when_told(fresh: Live, tmp_path: Path):
    eventually(lambda: fresh.bridge.call("GET", "/v1/triggers/new_rma").ok)
    tab = Tab(palette(fresh.bridge.url))
    tab.put("New RMA", "new_rma", RARELY)
    world = PresentWorld(fresh.sandbox)
    with running_node_red(tmp_path) as node_red:
        node_red.deploy(tab.nodes())
        eventually(lambda: "place" in node_red.context("new_rma"))
        first = rma_id(world.rma())
        eventually(lambda: fresh.bridge.poll("new_rma")[:1])
        told = eventually(lambda: look(node_red, "new_rma"))
        node_red.kill()
    second = rma_id(world.rma())
    with running_node_red(tmp_path) as node_red:
        told += eventually(lambda: look(node_red, "new_rma"))
        assert [message["payload"]["rma_id"] for message in told] == [first, second]
        look(node_red, "new_rma", sample=True)
        eventually(lambda: len(node_red.told("new_rma")) == 2)


def test_what_is_not_signed_is_not_told_and_a_lost_secret_is_replaced(
    played: Played, deployed: NodeRed, live: Live, world: PresentWorld
):
    key, hooks = instant("new_rma"), live.bridge.call("GET", "/v1/hooks").json()
    (hook,) = (each for each in hooks if each["trigger"] == "new_rma")
    secret = deployed.context(key)["hook"]["secret"]
    event = played.heard["new_rma"][0]["payload"]
    for signature in ("v1,", "v1,AAAA", "v1," + "A" * 43 + "="):
        headers = {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(time.time())),
            "webhook-signature": signature,
        }
        answer = requests.post(hook["target_url"], json=event, headers=headers, timeout=CALL)
        assert (answer.status_code, answer.text) == (401, "")
    now, body = datetime.now(UTC), json.dumps(event).encode()
    real = Delivery(signed_headers("msg_2", now, body, [secret]), body)
    for each in [*forgeries(real), *stale(real, secret)]:
        answer = requests.post(
            hook["target_url"], data=each.body, headers=each.headers, timeout=CALL
        )
        assert answer.status_code == 401
    deployed.forget(key, "hook")
    answer = requests.post(hook["target_url"], json=event, timeout=CALL)
    assert answer.status_code == 503, "until it knows the secret, the bridge is to try again"
    look(deployed, key)
    eventually(lambda: "hook" in deployed.context(key))
    kept = deployed.context(key)["hook"]
    assert (kept["id"], kept["secret"] != secret) == (hook["id"], True)
    made = rma_id(world.rma())
    eventually(lambda: made in {each["payload"]["rma_id"] for each in deployed.told(key)})


@pytest.mark.usefixtures("played")
def test_what_arrives_twice_is_told_once(deployed: NodeRed):
    key = instant("shipment_created")
    eventually(lambda: "hook" in deployed.context(key))
    body, now = json.dumps({"id": "event:twice"}), datetime.now(UTC)
    headers = {
        "webhook-id": "msg_twice",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(deployed.context(key)["hook"]["secret"]).sign(
            "msg_twice", now, body
        ),
    }
    for _ in range(2):
        target = f"{deployed.url}/returngo/{key}"
        assert requests.post(target, data=body, headers=headers, timeout=CALL).status_code == 204
    told = [message["payload"]["id"] for message in deployed.told(key)]
    assert told.count("event:twice") == 1


def test_an_instant_trigger_that_is_asked_to_unsubscribes(deployed: NodeRed, live: Live):
    for key in TRIGGERS:
        eventually(lambda key=key: "hook" in deployed.context(instant(key)))  # type: ignore[misc]
        deployed.notify(instant(key), {"unsubscribe": True})
    eventually(lambda: not any("hook" in deployed.context(instant(key)) for key in TRIGGERS))
    assert live.bridge.call("GET", "/v1/hooks").json() == []
    for key in TRIGGERS:
        deployed.notify(instant(key), {})
    eventually(lambda: len(live.bridge.call("GET", "/v1/hooks").json()) == len(TRIGGERS))
