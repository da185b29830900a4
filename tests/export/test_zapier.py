"""Every block of the exported app, run by Zapier's tester against a live bridge and sandbox."""

from pathlib import Path
from typing import Any

import pytest

import app
from connector.blocks import Block, Catalogue
from tests.end_to_end.waiting import eventually
from tests.export.conftest import Live
from tests.export.live_world import PresentWorld, play
from tests.export.test_zapier_definition import fits
from tests.export.zapier_app import App, Step, Told, choose, create, poll, search, typed, written
from tests.processes import SHOPS
from tests.recordings.scenarios import scenario_of

CATALOGUE: Catalogue = app.CATALOGUE
MOST_LOOKS = 10
NOBODY = "987654321098"  # an id, a name or a number that nothing has


@pytest.fixture(scope="module")
def zap(live: Live, tmp_path_factory: pytest.TempPathFactory) -> App:
    return connected(live, tmp_path_factory.mktemp("zapier"))


def connected(live: Live, folder: Path) -> App:
    """Write the app for a live bridge, which has been in touch with its shops."""
    live.meet()
    return written(CATALOGUE, folder, live.bridge.url)


@pytest.fixture(scope="module")
def world(live: Live) -> PresentWorld:
    return PresentWorld(live.sandbox)


def given(block: Block, world: PresentWorld) -> dict[str, Any]:
    """Let happen what a block needs, and answer what its user fills in."""
    return typed(CATALOGUE, block, next(scenario_of(block.key)(world)))


def empty(block: Block) -> dict[str, Any]:
    """Leave a form as Zapier hands it over where nobody filled in anything."""
    nothings: list[Any] = ["", None, [], [{"a": ""}]] * len(block.input_schema().fields)
    return dict(zip(block.input_schema().fields, nothings, strict=False))


def holds_its_sample(block: Block, answer: Any) -> bool:
    return set(block.sample()) <= set(answer)


def test_the_connection_is_tested_and_labelled_whichever_way_it_is_made(zap: App):
    own = {"token": "", "api_key": " demo-key ", "shop": SHOPS[0]}
    ways: list[dict[str, str]] = [{}, own, {"token": ""}, {"token": "", "api_key": "demo-key"}]
    ways.append({"bridge_url": " "})
    by_token, by_key, nothing, half, nowhere = zap.run(
        Step("authentication.test", auth=way) for way in ways
    )
    assert by_token.good["label"]
    assert by_token.good["shops"] == list(SHOPS)
    assert by_key.good["label"] == SHOPS[0]
    for told in (nothing, half):
        assert "Fill in the bridge token" in told.refusal["message"]
    assert "Fill in the bridge URL" in nowhere.refusal["message"]


def test_each_trigger_tells_each_event_once_over_three_polls(fresh: Live, tmp_path: Path):
    zap, world = connected(fresh, tmp_path), PresentWorld(fresh.sandbox)
    wanted: dict[str, dict[str, Any]] = {key: {} for key in CATALOGUE.triggers}
    first = zap.run(poll(key, isPopulatingDedupe=True) for key in wanted)
    seen = {key: ids(told) for key, told in zip(wanted, first, strict=True)}
    shown: dict[str, dict[str, Any]] = {key: {} for key in wanted}
    for _ in range(2):
        wanted = play(CATALOGUE.triggers, world, fresh.bridge)
        eventually(
            lambda wanted=wanted: all(  # type: ignore[misc]
                {event["id"] for event in fresh.bridge.poll(key, **wanted[key])} - seen[key]
                for key in wanted
            )
        )
        polled = zap.run(poll(key, inputs, limit=-1, page=0) for key, inputs in wanted.items())
        for (key, trigger), told in zip(CATALOGUE.triggers.items(), polled, strict=True):
            news = [event for event in told.good if event["id"] not in seen[key]]
            assert news, key
            assert len(ids(told)) == len(told.good)
            assert all(holds_its_sample(trigger, event) for event in told.good), key
            times = [event["recorded_at"] for event in told.good]
            assert times == sorted(times, reverse=True), key
            # What was told stays what it was, under its id.
            events = {event["id"]: event for event in told.good}
            assert all(events[each] == shown[key][each] for each in events.keys() & shown[key])
            assert shown[key].keys() <= events.keys()
            shown[key] |= {event["id"]: event for event in news}
            seen[key] |= ids(told)


def ids(told: Told) -> set[str]:
    return {event["id"] for event in told.good}


def test_each_trigger_keeps_to_the_limit_and_has_all_on_the_first_page(zap: App):
    for key, (all_, one, many, next_page, none) in at_rest(zap).items():
        assert one == all_[:1], key
        assert many[: len(all_)] == all_, key
        assert next_page == [], key
        assert none == all_, f"{key}: an empty filter is no filter"


def at_rest(zap: App) -> dict[str, list[Any]]:
    """Poll each trigger in five ways between which nothing new has come."""
    told: dict[str, list[Any]] = {}
    for _ in range(MOST_LOOKS):
        moving = CATALOGUE.triggers.keys() - told.keys()
        if not moving:
            return told
        ways = {key: five_ways(key) for key in moving}
        answers = iter(zap.run(step for steps in ways.values() for step in steps))
        for key, steps in ways.items():
            *first, last = [next(answers).good for _ in steps]
            if first[0] == last:
                told[key] = first
    raise AssertionError(f"{moving} have news again and again")


def five_ways(key: str) -> list[Step]:
    """Poll a trigger in five ways, and once more in the first."""
    nothing = empty(CATALOGUE.triggers[key])
    limited = [poll(key, {}, limit=1), poll(key, {}, limit=5000)]
    return [poll(key), *limited, poll(key, {}, page=1, limit=-1), poll(key, nothing), poll(key)]


def test_what_a_trigger_tells_is_what_its_output_fields_say(zap: App):
    _, definition = zap.check()
    keys = list(CATALOGUE.triggers)
    for key, told in zip(keys, zap.run(map(poll, keys)), strict=True):
        fields = definition["triggers"][key]["operation"]["outputFields"]
        assert all(fits(field, event) for event in told.good for field in fields), key


def test_each_create_is_done_once_however_often_zapier_repeats_the_step(
    zap: App, live: Live, world: PresentWorld
):
    steps = [
        create(key, {**given(action, world), "idempotency_key": f"{key}:1"})
        for key, action in CATALOGUE.actions.items()
    ]
    done = [told.good for told in zap.run(steps)]
    asked = len(live.sandbox.calls())
    repeated = [told.good for told in zap.run(steps)]
    assert len(live.sandbox.calls()) == asked, "a repetition asks ReturnGO nothing"
    assert repeated == done
    for action, answer in zip(CATALOGUE.actions.values(), done, strict=True):
        assert answer["id"], action.key
        assert holds_its_sample(action, answer), action.key


def test_each_create_with_nothing_filled_in_names_what_is_missing(zap: App):
    steps = [
        create(key, inputs)
        for key, action in CATALOGUE.actions.items()
        for inputs in ({}, empty(action))
    ]
    blocks = [action for action in CATALOGUE.actions.values() for _ in range(2)]
    for action, told in zip(blocks, zap.run(steps), strict=True):
        required = [name for name, each in action.input_schema().fields.items() if each.required]
        assert required, action.key
        assert told.name == "AppError", action.key
        assert told.refusal["status"] == 422
        assert all(name in told.refusal["message"] for name in required), told.message


def test_each_search_finds_the_best_match_first_and_nothing_where_nothing_is(
    zap: App, world: PresentWorld
):
    searches = CATALOGUE.searches
    found = zap.run([search(key, given(block, world)) for key, block in searches.items()])
    for block, told in zip(searches.values(), found, strict=True):
        assert told.good, block.key
        assert all(holds_its_sample(block, each) for each in told.good), block.key
    lost = [
        search(key, {next(iter(block.input().fields)): NOBODY}) for key, block in searches.items()
    ]
    assert [told.good for told in zap.run(lost)] == [[]] * len(searches)


def test_each_search_with_nothing_filled_in_finds_all_or_says_what_is_missing(zap: App):
    searches = CATALOGUE.searches
    told = zap.run([search(key, empty(block)) for key, block in searches.items()])
    for block, each in zip(searches.values(), told, strict=True):
        if each.name:
            assert each.refusal["status"] == 422, block.key
        else:
            assert all(holds_its_sample(block, one) for one in each.good), block.key


def test_each_drop_down_offers_what_the_bridge_offers_whatever_else_the_form_holds(
    zap: App, live: Live, world: PresentWorld
):
    choices = CATALOGUE.choices
    forms = {key: given(block, world) for key, block in choices.items()}
    beside = {"text": "What else the form holds.", "items": [{"items__name": "T-shirt"}]}
    offered = zap.run(
        choose(key, {**inputs, **beside}, isFillingDynamicDropdown=True)
        for key, inputs in forms.items()
    )
    for (key, inputs), told in zip(forms.items(), offered, strict=True):
        expected = live.bridge.call("GET", f"/v1/choices/{key}", params=inputs).json()
        assert told.good == expected != [], key
    assert [told.good for told in zap.run(choose(key, forms[key], page=1) for key in forms)] == [
        []
    ] * len(forms)


def test_line_items_arrive_as_lines(zap: App, world: PresentWorld):
    order = world.order(items=2)
    lines = [{"items__line_item_id": line, "items__return_reason": ""} for line in order["lines"]]
    inputs = {"order_id": order["order_id"], "policy_id": "1101", "items": [*lines, {}]}
    (told,) = zap.run([create("create_rma", inputs)])
    assert [item["line_item_id"] for item in told.good["items"]] == order["lines"]


def test_curly_braces_arrive_as_they_were_written(zap: App, world: PresentWorld):
    made = next(scenario_of("add_rma_comment")(world))
    text = "Dear {{name}}, {{bundle.inputData.rma_id}} {{process.env.HOME}} {{}}."
    steps = [
        create("add_rma_comment", {"rma_id": made["rma_id"], "text": text}),
        search("find_rma", {"order_name": text.replace(",", "")}),
    ]
    added, found = zap.run(steps)
    assert added.good["html"] == f"<p>{text}</p>"
    assert found.good == []
