"""What clients are shown: of any catalogue, few words, and true hints."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from mcp import Client
from mcp.types import Tool
from werkzeug.serving import make_server as serve

import app
from connector.assistants import events, make_server
from connector.assistants.block_tool import CONFIRM, BlockTool
from connector.assistants.bridge_calls import BridgeCalls, Caller
from connector.assistants.events import RecentEvents
from connector.assistants.offers import Offer, Offers
from connector.blocks import Action, Catalogue, Effect
from connector.config import load
from tests.assistants.serving import text_of
from tests.databases import sqlite_url
from tests.processes import ROOT, SHOPS, TOKEN, Sandbox, settings_of
from tests.toy import actions, triggers

PAGE = (ROOT / "docs" / "assistants.md").read_text(encoding="utf-8")
TOYS = Catalogue.of(triggers, actions)
MOST_CHARACTERS = 32_000  # of all tools together


def offer_of(catalogue: Catalogue) -> Offer:
    done = [*catalogue.actions.values(), *catalogue.searches.values()]
    return Offer(
        {each.key: BlockTool(each.describe()) for each in done},
        RecentEvents({key: each.describe() for key, each in catalogue.triggers.items()}),
    )


def tools_of(catalogue: Catalogue) -> dict[str, Tool]:
    offer = offer_of(catalogue)
    listed = [*(each.listed() for each in offer.tools.values()), offer.recent.listed()]
    return {each.name: each for each in listed}


OURS = tools_of(app.CATALOGUE)


def test_there_is_a_tool_for_each_action_and_search_and_one_for_events() -> None:
    assert set(OURS) == {*app.CATALOGUE.actions, *app.CATALOGUE.searches, events.NAME}
    assert len(OURS) == len(app.CATALOGUE.actions) + len(app.CATALOGUE.searches) + 1


def test_all_tools_together_are_few_words_and_the_page_says_how_many() -> None:
    shown = [each.model_dump_json(by_alias=True, exclude_none=True) for each in OURS.values()]
    characters = sum(map(len, shown))
    assert characters < MOST_CHARACTERS
    assert (
        f"The {len(shown)} tools of this release are {round(characters, -2):,} characters" in PAGE
    )


@pytest.mark.parametrize("name", OURS)
def test_a_tool_takes_what_its_block_takes(name: str) -> None:
    schema = OURS[name].input_schema
    Draft202012Validator.check_schema(schema)
    if name == events.NAME:
        return
    block = {**app.CATALOGUE.actions, **app.CATALOGUE.searches}[name]
    assert set(schema["properties"]) - {CONFIRM} == set(block.input_schema().fields) - {"raw"}
    assert all(each.get("description") for each in schema["properties"].values())


def test_the_hints_say_what_changes_and_how() -> None:
    for name, tool in OURS.items():
        hints = tool.annotations
        assert hints is not None
        action = app.CATALOGUE.actions.get(name)
        changes = action is not None and name != "get_eligible_policies"
        assert hints.read_only_hint is not changes
        if action is not None and changes:
            assert hints.destructive_hint is (
                action.effect is Effect.SET or action.confirms is not None
            )


def test_what_moves_money_says_so_by_itself() -> None:
    asks = {key for key, each in app.CATALOGUE.actions.items() if each.confirms}
    assert asks == {"record_transaction", "api_request"}
    for name, tool in OURS.items():
        assert (CONFIRM in tool.input_schema.get("required", ())) is (name in asks)
    for each in app.CATALOGUE:
        assert CONFIRM not in each.input_schema().fields, f"{each.key} has a field called so"
        assert each.key != events.NAME or not isinstance(each, Action)


@contextmanager
def toy_bridge(sandbox_url: str, database_url: str) -> Iterator[str]:
    """Serve a bridge whose blocks are toys, and yield where."""
    settings = load(settings_of(sandbox_url, database_url, {}))
    server = serve("127.0.0.1", 0, app.create_app(TOYS, settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_another_catalogue_is_another_server(sandbox: Sandbox, tmp_path: Path) -> None:
    async def toss(url: str) -> tuple[list[str], list[str], str, str]:
        bridge = BridgeCalls(url)
        async with Client(make_server(bridge, Offers(bridge), lambda _: Caller(TOKEN))) as client:
            tools = [each.name for each in (await client.list_tools()).tools]
            resources = [each.uri for each in (await client.list_resources()).resources]
            toss = {"rma_id": "10030552", "side": "heads"}
            tossed = text_of(await client.call_tool("toss_coin", toss))
            filters = {"currency": "ZAR"}
            found = await client.call_tool(
                events.NAME, {"trigger": "coin_tossed", "filters": filters, "shop": SHOPS[0]}
            )
            assert not found.is_error, text_of(found)
            return tools, resources, tossed, text_of(found)

    with sqlite_url(tmp_path) as database_url, toy_bridge(sandbox.url, database_url) as url:
        tools, resources, tossed, found = asyncio.run(toss(url))
    assert tools == ["toss_coin", events.NAME]
    assert resources == ["returngo://events/coin_tossed"]
    assert '"id":"coin-10030552"' in tossed
    assert found.startswith("[")
