"""Every block of the exported package, run by n8n's core against a live bridge and sandbox."""

from typing import Any

import pytest

import app
from connector.blocks import Block, Catalogue
from tests.end_to_end.waiting import eventually
from tests.export.conftest import Live
from tests.export.live_world import PresentWorld, play
from tests.export.n8n_package import Package, Told, execute, poll, step, typed, written
from tests.processes import SHOPS
from tests.recordings.scenarios import scenario_of
from tests.recordings.scenarios.world import rma_id

CATALOGUE: Catalogue = app.CATALOGUE
NOBODY = "987654321098"  # an id, a name or a number that nothing has


@pytest.fixture(scope="module")
def n8n(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package, connected to the live bridge, which has been in touch with its shops."""
    live.meet()
    return written(CATALOGUE, tmp_path_factory.mktemp("n8n"), live.bridge.url)


@pytest.fixture(scope="module")
def world(live: Live) -> PresentWorld:
    return PresentWorld(live.sandbox)


def given(block: Block, world: PresentWorld) -> dict[str, Any]:
    """Let happen what a block needs, and answer what its user fills in."""
    return dict(next(scenario_of(block.key)(world)))


def test_the_connection_is_tested_whichever_way_it_is_made(n8n: Package):
    own = {"connectWith": "apiKey", "apiKey": " demo-key ", "shop": SHOPS[0]}
    by_token, by_key, wrong = n8n.run(
        step("test", credentials=way) for way in ({}, own, {"token": "wrong-token"})
    )
    assert by_token.items[0]["shops"] == list(SHOPS)
    assert by_key.items[0]["label"] == SHOPS[0]
    assert wrong.http_code == "401"


def test_each_trigger_tells_each_event_once_and_nothing_at_first(
    n8n: Package, live: Live, world: PresentWorld
):
    keys = list(CATALOGUE.triggers)

    def shown() -> dict[str, set[str]]:
        return {key: {event["id"] for event in live.bridge.poll(key)} for key in keys}

    def begun() -> tuple[dict[str, set[str]], list[Told]] | None:
        """Begin at a moment of which it is known what was there: time alone tells of a stay."""
        seen, first = shown(), n8n.run(map(poll, keys))
        return (seen, first) if shown() == seen else None

    seen, first = eventually(begun)
    assert [told.good for told in first] == [None] * len(keys)
    kept = {key: told.staticData for key, told in zip(keys, first, strict=True)}

    wanted = play(keys, world, live.bridge)
    filters = {
        key: typed(CATALOGUE, trigger, wanted[key])["additionalFields"]
        for key, trigger in CATALOGUE.triggers.items()
    }
    eventually(
        lambda: all(
            {event["id"] for event in live.bridge.poll(key, **filters[key])} - seen[key]
            for key in keys
        )
    )
    steps = [
        each
        for key in keys
        for each in (
            poll(key, filters[key], staticData=kept[key]),
            poll(key, filters[key], goesOn=True),
        )
    ]
    told = n8n.run(steps)
    for key, news, nothing in zip(keys, told[::2], told[1::2], strict=True):
        ids = [event["id"] for event in news.items]
        assert ids, key
        assert not seen[key] & set(ids), key
        times = [event["recorded_at"] for event in news.items]
        assert times == sorted(times), f"{key}: the oldest first"
        assert nothing.good is None, key
        assert nothing.staticData == news.staticData, key


def test_by_hand_each_trigger_shows_an_event_and_keeps_nothing(n8n: Package):
    nothing = {"order_name": NOBODY}
    others = {"return_stuck": {"status": "Validated", "days": 90}}
    steps = [
        poll(key, filters, mode="manual")
        for key in CATALOGUE.triggers
        for filters in ({}, others.get(key, nothing))
    ]
    told = n8n.run(steps)
    for key, newest, sample in zip(CATALOGUE.triggers, told[::2], told[1::2], strict=True):
        wanted = CATALOGUE.triggers[key].sample()
        assert set(wanted) <= set(newest.items[0]), key
        assert sample.items == [wanted], key
        assert not newest.staticData, key


def test_a_failed_poll_keeps_the_place_and_another_event_begins_anew(n8n: Package):
    first, failed, other = n8n.run(
        [
            poll("new_rma"),
            poll("new_rma", goesOn=True, credentials={"token": "wrong-token"}),
            poll("new_transaction", goesOn=True),
        ]
    )
    assert first.good is None
    assert failed.http_code == "401"
    assert failed.staticData == first.staticData
    assert other.good is None
    assert other.staticData != first.staticData


def test_each_action_is_done_once_however_often_n8n_repeats_the_step(
    n8n: Package, live: Live, world: PresentWorld
):
    steps = []
    for key, action in CATALOGUE.actions.items():
        inputs = typed(CATALOGUE, action, given(action, world))
        inputs["additionalFields"]["idempotency_key"] = "={{ $json.event }}"
        steps.append(execute(key, **inputs) | {"items": [{"json": {"event": f"n8n:{key}"}}]})
    done = [told.items for told in n8n.run(steps)]
    asked = len(live.sandbox.calls())
    assert [told.items for told in n8n.run(steps)] == done
    assert len(live.sandbox.calls()) == asked, "a repetition asks ReturnGO nothing"
    for action, (answer,) in zip(CATALOGUE.actions.values(), done, strict=True):
        assert set(action.sample()) <= set(answer), action.key


def test_each_search_finds_the_best_match_first_and_nothing_where_nothing_is(
    n8n: Package, world: PresentWorld
):
    searches = CATALOGUE.searches
    found = n8n.run(
        execute(key, **typed(CATALOGUE, block, given(block, world)))
        for key, block in searches.items()
    )
    for block, told in zip(searches.values(), found, strict=True):
        assert told.items, block.key
        assert all(set(block.sample()) <= set(each) for each in told.items), block.key
    lost = n8n.run(
        execute(key, **typed(CATALOGUE, block, {next(iter(block.input().fields)): NOBODY}))
        for key, block in searches.items()
    )
    assert [told.items for told in lost] == [[]] * len(searches)


def test_each_item_is_searched_for_and_what_is_found_is_tied_to_it(
    n8n: Package, world: PresentWorld
):
    world.rma()
    world.rma()
    made = list(world.made)[-2:]
    items = [{"json": {"number": int(each)}} for each in made]
    # An id that a step holds as a number arrives as the text that it is.
    (told,) = n8n.run([execute("get_rma", rma_id="={{ $json.number }}") | {"items": items}])
    assert [each["rma_id"] for each in told.items] == made
    assert [item["pairedItem"] for item in told.good[0]] == [{"item": 0}, {"item": 1}]


def test_each_drop_down_offers_what_the_bridge_offers_whatever_else_the_form_holds(
    n8n: Package, live: Live, world: PresentWorld
):
    forms = {key: given(block, world) for key, block in CATALOGUE.choices.items()}
    told = n8n.run(
        step("options", method=key, parameters={"operation": "x", "additionalFields": inputs})
        for key, inputs in forms.items()
    )
    for (key, inputs), offered in zip(forms.items(), told, strict=True):
        expected = live.bridge.call("GET", f"/v1/choices/{key}", params=inputs).json()
        rows = [{"name": row["label"], "value": row["id"]} for row in expected]
        assert offered.good == rows != [], key


def test_line_items_arrive_as_lines(n8n: Package, world: PresentWorld):
    order = world.order(items=2)
    lines = [{"line_item_id": line, "return_reason": ""} for line in order["lines"]]
    inputs = {"order_id": order["order_id"], "items": {"values": lines}}
    (told,) = n8n.run([execute("create_rma", **inputs, additionalFields={"policy_id": "1101"})])
    assert [item["line_item_id"] for item in told.items[0]["items"]] == order["lines"]


def test_what_is_wrong_is_told_in_the_bridges_words(n8n: Package, world: PresentWorld):
    made = rma_id(world.happen("rmas", status="Done"))
    wrong, gone, missing, stranger = n8n.run(
        [
            execute("update_rma_status", rma_id=made, status="Recieved"),
            execute("update_rma_status", rma_id=NOBODY, status="Approved"),
            execute("update_rma_status"),
            execute("get_rma", rma_id=made) | {"credentials": {"token": "wrong-token"}},
        ]
    )
    assert wrong.http_code == missing.http_code == "422"
    assert "Recieved" in wrong.message
    assert "Received" in wrong.message, "what is accepted"
    assert gone.http_code == "404"
    assert "rma_id" in missing.message
    assert stranger.http_code == "401"
    assert "The bridge token is not right." in stranger.message
