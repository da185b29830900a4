"""Every block is used by the official client, over both transports, at a real bridge."""

from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.types import CallToolResult, TextContent, TextResourceContents

import app
from connector.assistants.recipes import FOLDER
from connector.blocks import Action, Block
from schemas.fields import sample_of
from tests.assistants.conftest import Hire
from tests.assistants.serving import (
    TRANSPORTS,
    Assistant,
    Writes,
    running_assistants,
    text_of,
)
from tests.databases import sqlite_url
from tests.processes import SHOPS, TOKEN, Bridge, Sandbox, running_bridge, running_sandbox

ACTIONS = app.CATALOGUE.actions
SEARCHES = app.CATALOGUE.searches
DONE: Mapping[str, Block] = {**ACTIONS, **SEARCHES}


def arguments_of(block: Block) -> dict[str, Any]:
    """Fill in the examples of the block's own fields; of a search, the first one."""
    sample = sample_of(block.input())
    if not isinstance(block, Action):
        return dict(islice(sample.items(), 1))
    return {**sample, **({"confirm": True} if block.confirms else {})}


async def call_all(client: Client) -> dict[str, CallToolResult]:
    return {key: await client.call_tool(key, arguments_of(each)) for key, each in DONE.items()}


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_each_action_and_search_is_a_tool_that_works(transport: str, tmp_path: Path) -> None:
    with (
        running_sandbox() as sandbox,
        sqlite_url(tmp_path) as database_url,
        running_bridge(sandbox.url, database_url) as bridge,
    ):
        if transport == "stdio":
            results = Assistant(bridge.url, TOKEN).ask(call_all)
        else:
            with running_assistants(bridge.url) as server:
                results = Assistant(bridge.url, TOKEN, f"{server.url}/mcp").ask(call_all)
    failed = {key: text_of(each) for key, each in results.items() if each.is_error}
    assert not failed
    assert '"rma_id":"10030552"' in text_of(results["get_rma"])


def test_a_token_that_only_reads_searches_and_changes_nothing(
    hire: Hire, new_token: Callable[..., str], writes: Writes
) -> None:
    results = hire(new_token("read")).ask(call_all)
    refused = {key for key, each in results.items() if each.is_error}
    assert refused == set(ACTIONS)
    assert "has the scopes read; this needs act." in text_of(results["approve_rma"])
    assert "this needs any_call." in text_of(results["api_request"])
    assert not writes()


def test_a_token_that_only_acts_may_not_search(
    hire: Hire, new_token: Callable[..., str], comment: dict[str, str]
) -> None:
    async def ask(client: Client) -> list[CallToolResult]:
        searched = [
            await client.call_tool(key, arguments_of(each)) for key, each in SEARCHES.items()
        ]
        events = await client.call_tool("recent_events", {"trigger": "new_rma"})
        assert not (await client.call_tool("add_rma_comment", comment)).is_error
        return [*searched, events]

    results = hire(new_token("act")).ask(ask)
    assert all("has the scopes act; this needs read." in text_of(each) for each in results)


def test_a_token_for_one_shop_is_for_no_other(hire: Hire, new_token: Callable[..., str]) -> None:
    token = new_token("read", options=["--shop", SHOPS[1]])
    result = hire(token).call("get_rma", {"rma_id": "10030552", "shop": SHOPS[0]})
    assert result.is_error
    assert SHOPS[0] in text_of(result)


def test_the_limits_of_a_token_hold(hire: Hire, new_token: Callable[..., str]) -> None:
    async def ask_in_vain(client: Client) -> list[CallToolResult]:
        # what was just found is found again without a call
        return [await client.call_tool("get_rma", {"rma_id": str(each)}) for each in range(1, 12)]

    token = new_token("read", "act", options=["--calls-a-day", "10"])
    *_, last = hire(token).ask(ask_in_vain)
    assert last.is_error
    assert "Assistant" in text_of(last)


def test_to_look_at_what_there_is_costs_no_call(hire: Hire, sandbox: Sandbox) -> None:
    async def look(client: Client) -> None:
        await client.list_tools()
        await client.list_resources()
        await client.list_prompts()
        await client.get_prompt("wms")

    before = len(sandbox.calls())
    hire().ask(look)
    assert len(sandbox.calls()) == before


def test_an_unknown_argument_and_an_unknown_tool_get_a_sentence(hire: Hire) -> None:
    async def ask(client: Client) -> list[CallToolResult]:
        return [
            await client.call_tool("get_rma", {"rma": "10030552"}),
            await client.call_tool("approve_rma", {"rma_id": "10030552", "colour": "red"}),
            await client.call_tool("recent_events", {"trigger": "new_rma", "colour": "red"}),
            await client.call_tool(
                "recent_events", {"trigger": "new_rma", "filters": {"colour": "red"}}
            ),
            await client.call_tool("recent_events", {"trigger": "new_moon"}),
            await client.call_tool("refund_all", {}),
        ]

    results = hire().ask(ask)
    assert all(each.is_error for each in results)
    texts = list(map(text_of, results))
    assert "rma_id: is missing. rma: is not a field here" in texts[0]
    assert all("colour: is not a field here" in text for text in texts[1:4])
    assert texts[4].startswith("There is no trigger 'new_moon'. `trigger` is one of ")
    assert texts[5].startswith("There is no tool 'refund_all'. These are there: ")


def test_each_trigger_tells_its_events_by_the_tool_and_as_a_resource(
    hire: Hire, bridge: Bridge
) -> None:
    async def ask(client: Client) -> dict[str, tuple[str, str]]:
        shown = {}
        for each in (await client.list_resources()).resources:
            result = await client.call_tool("recent_events", {"trigger": each.name})
            assert not result.is_error, text_of(result)
            (content,) = (await client.read_resource(each.uri)).contents
            assert isinstance(content, TextResourceContents)
            shown[each.name] = (text_of(result), content.text)
        return shown

    shown = hire().ask(ask)
    assert set(shown) == set(app.CATALOGUE.triggers)
    for key, (by_tool, as_resource) in shown.items():
        polled = bridge.call("GET", f"/v1/triggers/{key}", params={"limit": "10"}).text
        assert by_tool == as_resource == polled


def test_names_of_nothing_get_a_sentence(hire: Hire) -> None:
    async def ask(client: Client) -> None:
        with pytest.raises(MCPError, match="There is no trigger 'new_moon'"):
            await client.read_resource("returngo://events/new_moon")
        with pytest.raises(MCPError, match=r"There is no recipe 'none'\. These are there: "):
            await client.get_prompt("none")

    hire().ask(ask)


def test_each_recipe_is_a_prompt(hire: Hire) -> None:
    async def ask(client: Client) -> dict[str, str]:
        said = {}
        for each in (await client.list_prompts()).prompts:
            (message,) = (await client.get_prompt(each.name)).messages
            assert isinstance(message.content, TextContent)
            said[each.name] = message.content.text
            assert each.title
            assert each.description
        return said

    said = hire().ask(ask)
    pages = {path.stem: path for path in FOLDER.glob("*.md") if path.stem != "README"}
    assert set(said) == set(pages)
    assert all(said[name].endswith(page.read_text("utf-8")) for name, page in pages.items())


def test_a_bridge_that_is_away_is_told_in_a_sentence(sandbox: Sandbox, tmp_path: Path) -> None:
    async def ask(client: Client) -> CallToolResult:
        await client.list_tools()
        bridge.kill()
        return await client.call_tool("get_rma", {"rma_id": "10030552"})

    with (
        sqlite_url(tmp_path) as database_url,
        running_bridge(sandbox.url, database_url) as bridge,
    ):
        result = Assistant(bridge.url, TOKEN).ask(ask)
    assert result.is_error
    assert text_of(result).startswith(f"The bridge cannot be reached at {bridge.url}")
