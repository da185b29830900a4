"""The exported collection, run by Postman's own runner (newman) against a live bridge."""

import json
from typing import Any

import pytest

import app
from connector.blocks import Block
from connector.export import Site
from connector.export.postman import COLLECTION, render
from tests.end_to_end.hook_receiver import receiving
from tests.end_to_end.waiting import eventually
from tests.export.conftest import Live
from tests.export.live_world import PresentWorld, play, without_plumbing
from tests.export.postman_collection import Collection, Ran, fill_in, folder_of, only, path_of, run
from tests.processes import SHOPS, TOKEN
from tests.recordings.scenarios import scenario_of

URL = "https://bridge.example.com"
CATALOGUE = app.CATALOGUE
KINDS = {"Triggers": "triggers", "Actions": "actions", "Searches": "actions", "Choices": "choices"}


def exported() -> Collection:
    return dict(json.loads(render(Site(CATALOGUE, URL))[COLLECTION]))


def filled_in(live: Live) -> Collection:
    """Let everything happen that the blocks are about, and fill in how to find or change it."""
    world, collection = PresentWorld(live.sandbox), exported()
    live.meet()
    given = play(CATALOGUE.triggers, world, live.bridge)
    eventually(lambda: all(live.bridge.poll(key, **given[key]) for key in CATALOGUE.triggers))
    others = [block.key for block in CATALOGUE if block.key not in given]
    given |= {key: without_plumbing(next(scenario_of(key)(world))) for key in others}
    for folder in KINDS:
        for item in folder_of(collection, folder):
            fill_in(item, given[path_of(item).rpartition("/")[2]])
    return collection


@pytest.fixture(scope="module")
def ran(live: Live, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    """Run the whole collection once."""
    collection = filled_in(live)
    with receiving() as receiver:
        target = receiver.url("hook")
        variables = {"baseUrl": live.bridge.url, "token": TOKEN, "targetUrl": target}
        told = run(collection, tmp_path_factory.mktemp("postman"), variables)
    assert [path for path, _, _ in receiver.received] == ["hook"], "the test of the hook"
    return {each.name: each for each in told}


def test_the_collection_has_a_request_for_each_block_in_the_folder_of_its_sort():
    collection = exported()
    for folder, kind in KINDS.items():
        blocks: dict[str, Block] = getattr(CATALOGUE, folder.lower())
        wanted = [(block.label, f"/v1/{kind}/{key}") for key, block in blocks.items()]
        items = folder_of(collection, folder)
        assert [(item["name"], path_of(item)) for item in items] == wanted


def test_the_connection_is_tested_with_the_token_of_the_collection(ran: dict[str, Ran]):
    assert ran["Test the Connection"].answer["shops"] == list(SHOPS)


@pytest.mark.parametrize("block", CATALOGUE.triggers.values(), ids=lambda block: block.key)
def test_each_trigger_answers_its_events(ran: dict[str, Ran], block: Block):
    events = ran[block.label].answer
    assert events
    assert all(set(block.sample()) <= set(event) for event in events)
    assert "It is a list" in ran[block.label].passed


@pytest.mark.parametrize("block", CATALOGUE.actions.values(), ids=lambda block: block.key)
def test_each_action_is_done(ran: dict[str, Ran], block: Block):
    assert ran[block.label].answer["id"]
    assert "The status is 200" in ran[block.label].passed


@pytest.mark.parametrize("block", CATALOGUE.searches.values(), ids=lambda block: block.key)
def test_each_search_finds_what_is_there(ran: dict[str, Ran], block: Block):
    assert set(block.sample()) <= set(ran[block.label].answer[0])


@pytest.mark.parametrize("block", CATALOGUE.choices.values(), ids=lambda block: block.key)
def test_each_drop_down_offers_what_is_there(ran: dict[str, Ran], block: Block):
    assert set(ran[block.label].answer[0]) == {"id", "label"}


def test_line_items_arrive_as_lines(ran: dict[str, Ran]):
    assert len(ran["Create RMA"].answer["items"]) == 2


def test_a_hook_lives_from_subscribing_to_its_end(ran: dict[str, Ran], live: Live):
    made, ended = ran["Subscribe"].answer, ran["Unsubscribe"]
    assert ran["Show Hook"].answer["id"] == made["id"]
    assert ran["Test Hook"].answer["delivered"] is True
    assert ran["Rotate Secret"].answer["secret"] != made["secret"]
    for name in ("List Hooks", "List Deliveries", "Replay"):
        assert not ran[name].failed
        assert ran[name].status == 200
    assert (ended.status, ended.failed) == (204, [])
    assert live.bridge.call("GET", f"/v1/hooks/{made['id']}").status_code == 404


def test_what_is_wrong_fails_the_request_with_a_problem(live: Live, tmp_path: Any):
    collection = exported()
    action = folder_of(collection, "Actions")[0]
    connection = folder_of(collection, "Connection")[0]
    url = {"baseUrl": live.bridge.url}
    fill_in(action, {"text": ""})
    (refused,) = run(only(collection, [action]), tmp_path, {**url, "token": TOKEN})
    assert [error["field"] for error in json.loads(refused.body)["errors"]] == ["text"]
    (stranger,) = run(only(collection, [connection]), tmp_path, {**url, "token": "wrong"})
    for each, status in ((refused, 422), (stranger, 401)):
        assert each.status == status
        assert each.failed


def test_a_key_of_ones_own_connects_where_there_is_no_token(live: Live, tmp_path: Any):
    collection = exported()
    asked = only(collection, folder_of(collection, "Connection"))
    own = {"baseUrl": live.bridge.url, "apiKey": "demo-key", "shopName": SHOPS[1]}
    (told,) = run(asked, tmp_path, own)
    assert told.answer["label"] == SHOPS[1]
