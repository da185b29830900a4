"""Every block of the exported piece, run by Activepieces' own packages against a live bridge.

The engine and its store are no packages: a script calls what the engine would call, with a store of
its own.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import app
from tests.end_to_end.hook_receiver import Receiver, receiving
from tests.end_to_end.waiting import eventually
from tests.export.activepieces_piece import Piece, Step, written
from tests.export.conftest import Live
from tests.export.forged import Delivery, forgeries, stale
from tests.export.live_world import PresentWorld, play, without_plumbing
from tests.processes import ROOT, SHOPS, Server
from tests.recordings.scenarios import scenario_of

CATALOGUE = app.CATALOGUE
KEYS = list(CATALOGUE.triggers)
NOBODY = "987654321098"


@pytest.fixture(scope="module")
def piece(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Piece:
    """The piece, connected to the live bridge, which has been in touch with its shops."""
    live.meet()
    return written(tmp_path_factory.mktemp("piece"), live.bridge.url)


@pytest.fixture(scope="module")
def world(live: Live) -> PresentWorld:
    return PresentWorld(live.sandbox)


def given(key: str, world: PresentWorld) -> dict[str, Any]:
    """Let happen what a block needs, and answer what its user fills in."""
    return without_plumbing(next(scenario_of(key)(world)))


@dataclass
class Played:
    """What the flows of all triggers were told, of what happened while they were on."""

    news: dict[str, list[dict[str, Any]]]
    receiver: Receiver


@pytest.fixture(scope="module")
def played(piece: Piece, live: Live, worker: Server, world: PresentWorld) -> Iterator[Played]:
    """Turn a polling and an instant flow on for each trigger, and let things happen."""
    assert worker.process.poll() is None
    with receiving() as receiver:
        on = [
            Step(name, "onEnable", more={"webhookUrl": receiver.url(name)})
            for key in KEYS
            for name in (key, f"{key}_instant")
        ]
        for told in piece.run(on):
            assert told.good is None
        filters = play(KEYS, world, live.bridge)
        eventually(lambda: all(live.bridge.poll(key, limit=1, **filters[key]) for key in KEYS))
        eventually(lambda: {path for path, _, _ in receiver.received} == instants())
        polls = [Step(key) for key in KEYS]
        news = [each.good for each in piece.run(polls)]
        yield Played(dict(zip(KEYS, news, strict=True)), receiver)


def instants() -> set[str]:
    return {f"{key}_instant" for key in KEYS}


def test_the_piece_is_what_the_platforms_schemas_ask_for(tmp_path: Path):
    wrong, metadata = written(tmp_path).check()
    assert wrong == []
    assert set(metadata["actions"]) == {*CATALOGUE.actions, *CATALOGUE.searches}
    assert set(metadata["triggers"]) == {*KEYS, *instants()}
    assert metadata["auth"]["type"] == "CUSTOM_AUTH"


def test_the_piece_asks_for_the_versions_that_it_is_tried_with(tmp_path: Path):
    asked = json.loads((written(tmp_path).folder / "package.json").read_text())["dependencies"]
    tried = json.loads((ROOT / "tests/node/package.json").read_text())["devDependencies"]
    assert asked == {name: tried[name] for name in asked}
    assert len(asked) == 2


def test_the_connection_is_tested_whichever_way_it_is_made(piece: Piece):
    own = {"token": "", "api_key": " demo-key ", "shop": SHOPS[0]}
    ways: list[dict[str, str]] = [{}, own, {"token": ""}, {"token": "wrong"}]
    token, key, nothing, wrong = piece.run(Step("", "validate", auth=way) for way in ways)
    assert token.good == key.good == {"valid": True}
    assert "Fill in the bridge token" in nothing.good["error"]
    assert (wrong.good["valid"], "token" in wrong.good["error"]) == (False, True)


def test_each_polling_trigger_tells_what_happened_since_it_was_turned_on_once(
    played: Played, piece: Piece
):
    for key, trigger in CATALOGUE.triggers.items():
        events = played.news[key]
        assert events, key
        ids = [event["id"] for event in events]
        assert len(set(ids)) == len(ids)
        assert all(set(trigger.sample()) <= set(event) for event in events), key
        times = [event["recorded_at"] for event in events]
        assert times == sorted(times, reverse=True), key
    seen = {key: {event["id"] for event in events} for key, events in played.news.items()}
    # A flow that is published anew goes on where it stopped.
    again = [Step(key, hook) for key in KEYS for hook in ("onDisable", "onEnable", "run")]
    for key, told in zip(KEYS, piece.run(again)[2::3], strict=True):
        assert not seen[key] & {event["id"] for event in told.good}, key


def test_a_poll_whose_last_item_is_gone_fails_and_tells_nothing_twice(piece: Piece):
    stores = json.loads(piece.stores.read_text()) if piece.stores.exists() else {}
    piece.stores.write_text(json.dumps({**stores, "lost": {"lastItem": NOBODY}}))
    (told,) = piece.run([Step(KEYS[0], more={"flow": "lost"})])
    assert "not the id of an event" in told.error


def test_a_trigger_shows_events_or_its_sample_when_it_is_set_up(piece: Piece):
    none = {"order_name": NOBODY}
    names = [key for key in KEYS if "order_name" in CATALOGUE.triggers[key].input_schema().fields]
    for key, told in zip(names, piece.run(Step(key, "test", none) for key in names), strict=True):
        assert told.good == [CATALOGUE.triggers[key].sample()] or told.good[0]["id"], key


def test_each_instant_trigger_tells_what_a_poll_shows_until_it_is_turned_off(
    played: Played, piece: Piece, live: Live
):
    arrived = played.receiver.first_of_each(1)  # more may come
    polled = {
        f"{key}_instant": {event["id"]: event for event in live.bridge.poll(key)} for key in KEYS
    }
    runs = [delivered(path, Delivery(headers, body)) for path, headers, body in arrived]
    for told, (path, _, body) in zip(piece.run(runs), arrived, strict=True):
        assert told.good == [polled[path][json.loads(body)["id"]]], path
    path, headers, body = arrived[0]
    let_nothing_forged_in(piece, path, Delivery(headers, body))
    off = [Step(name, "onDisable") for name in sorted(instants())]
    assert all(told.good is None for told in piece.run([*off, *off])), "twice is harmless"
    assert live.bridge.call("GET", "/v1/hooks").json() == []


def delivered(block: str, delivery: Delivery, flow: str = "", **own: Any) -> Step:
    """Hand a delivery over as the platform does: parsed, and as the text that arrived."""
    text = delivery.body.decode()
    payload = {"headers": delivery.headers, "body": json.loads(text), "rawBody": text, **own}
    return Step(block, more={"payload": payload, "flow": flow or block})


def let_nothing_forged_in(piece: Piece, block: str, real: Delivery) -> None:
    """Let nothing in that the bridge did not sign for this flow, and all that it did."""
    secret = json.loads(piece.stores.read_text())[block]["hook"]["secret"]
    forged = [delivered(block, each) for each in forgeries(real)]
    # Who calls with a payload of their own decides what is in it.
    owns: tuple[Any, ...] = (None, {"type": "Buffer"}, [])
    bare = [delivered(block, real, rawBody=own) for own in owns]
    elsewhere = delivered(block, real, flow="never turned on")
    swapped = delivered(block, real, body={"id": "another"})
    held = [delivered(block, each) for each in stale(real, secret)]
    taken, refused = [swapped, *held], [*forged, *bare, elsewhere]
    told = piece.run([*taken, *refused])
    assert [each.good for each in told[: len(taken)]] == [[json.loads(real.body)]] * len(taken)
    for each in told[len(taken) :]:
        assert "not signed by the bridge for this flow" in each.error


def test_each_action_is_done_once_however_often_the_step_is_repeated(
    piece: Piece, live: Live, world: PresentWorld
):
    steps = [
        Step(key, inputs={**given(key, world), "idempotency_key": f"{key}:1"})
        for key in CATALOGUE.actions
    ]
    done = [told.good for told in piece.run(steps)]
    assert all(answer["id"] for answer in done)
    asked = [call for call in live.sandbox.calls() if call["method"] in {"POST", "PUT", "DELETE"}]
    assert [told.good for told in piece.run(steps)] == done
    again = [call for call in live.sandbox.calls() if call["method"] in {"POST", "PUT", "DELETE"}]
    assert again == asked


def test_each_search_finds_the_best_match_first_and_nothing_where_nothing_is(
    piece: Piece, world: PresentWorld
):
    searches = CATALOGUE.searches
    found = piece.run([Step(key, inputs=given(key, world)) for key in searches])
    for block, told in zip(searches.values(), found, strict=True):
        assert set(block.sample()) <= set(told.good[0]), block.key
    lost = [
        Step(key, inputs={next(iter(block.input().fields)): NOBODY})
        for key, block in searches.items()
    ]
    assert [told.good for told in piece.run(lost)] == [[]] * len(searches)


def test_each_drop_down_offers_what_the_bridge_offers_or_says_what_it_needs(
    piece: Piece, world: PresentWorld
):
    _, metadata = piece.check()
    blocks = [*metadata["triggers"].values(), *metadata["actions"].values()]
    # One of each name: the same field asks for the same everywhere.
    found = {
        name: block["name"]
        for block in blocks
        for name, prop in block["props"].items()
        if prop["type"] == "DROPDOWN"
    }
    drop_downs = [(block, name) for name, block in found.items()]
    form = {"rma_id": given("shipments", world)["rma_id"], "shop": SHOPS[0]}
    full, bare = (
        piece.run(
            Step(block, "options", inputs, more={"property": name}) for block, name in drop_downs
        )
        for inputs in (form, {})
    )
    shops = [{"label": shop, "value": shop} for shop in SHOPS]
    for (_, name), offered, without in zip(drop_downs, full, bare, strict=True):
        assert offered.good["options"], f"{name}: {offered.good}"
        if name == "shipment_id":
            assert without.good["placeholder"] == "Fill in first: rma_id"
        if name == "shop":
            assert without.good["options"] == shops
    assert {name for _, name in drop_downs} >= {"rma_id", "shop", "shipment_id", "transaction_id"}


def test_line_items_arrive_as_lines(piece: Piece, world: PresentWorld):
    order = world.order(items=2)
    lines = [{"line_item_id": line, "return_reason": ""} for line in order["lines"]]
    inputs = {"order_id": order["order_id"], "policy_id": "1101", "items": [*lines, {}]}
    (told,) = piece.run([Step("create_rma", inputs=inputs)])
    assert [item["line_item_id"] for item in told.good["items"]] == order["lines"]


def test_each_action_with_nothing_filled_in_says_what_is_missing(piece: Piece):
    for key, told in zip(CATALOGUE.actions, piece.run(map(Step, CATALOGUE.actions)), strict=True):
        fields = CATALOGUE.actions[key].input_schema().fields
        assert any(name in told.error for name, field in fields.items() if field.required), told
