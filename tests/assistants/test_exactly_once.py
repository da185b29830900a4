"""What is asked twice is done once, and what records money waits for a person's word."""

import asyncio
from typing import Any

from mcp import Client
from mcp.types import CallToolResult

from tests.assistants.conftest import Hire
from tests.assistants.serving import Assistant, Writes, running_assistants, text_of, told
from tests.processes import TOKEN, Bridge

REFUND = {"transaction_id": "6070096", "status": "Success", "external_reference_id": "pay_1"}


def test_the_same_action_asked_twice_at_the_same_time_is_done_once(
    hire: Hire, comment: dict[str, str], writes: Writes
) -> None:
    async def at_once(client: Client) -> list[CallToolResult]:
        await client.list_tools()
        calls = [client.call_tool("add_rma_comment", comment) for _ in range(3)]
        return list(await asyncio.gather(*calls))

    results = hire().ask(at_once)
    done = [each for each in results if not each.is_error]
    assert len([each for each in done if told(each, "is_replay") is None]) == 1
    assert len(writes()) == 1


def test_the_same_action_asked_twice_is_done_once(
    hire: Hire, comment: dict[str, str], writes: Writes
) -> None:
    async def twice(client: Client) -> list[CallToolResult]:
        return [await client.call_tool("add_rma_comment", comment) for _ in range(2)]

    first, second = hire().ask(twice)
    assert (told(first, "is_replay"), told(second, "is_replay")) == (None, True)
    assert told(first, "idempotency_key") == told(second, "idempotency_key")
    assert "nothing was done now" in text_of(second)
    assert text_of(first) in text_of(second)
    assert len(writes()) == 1


def test_a_key_of_the_clients_own_holds_in_another_conversation(
    hire: Hire, comment: dict[str, str], writes: Writes
) -> None:
    named = {**comment, "idempotency_key": comment["text"]}
    first, second = (hire().call("add_rma_comment", named) for _ in range(2))
    assert (told(first, "is_replay"), told(second, "is_replay")) == (None, True)
    other = hire().call(
        "add_rma_comment", {**named, "idempotency_key": comment["text"] + " Again."}
    )
    assert told(other, "is_replay") is None
    assert len(writes()) == 2


def test_what_records_money_waits_for_a_persons_word(hire: Hire, writes: Writes) -> None:
    async def ask(client: Client) -> list[CallToolResult]:
        words: list[dict[str, Any]] = [
            {},
            *({"confirm": each} for each in (False, "true", 1, None)),
        ]
        return [await client.call_tool("record_transaction", {**REFUND, **word}) for word in words]

    asked = hire().ask(ask)
    assert all(each.is_error for each in asked)
    assert "Record Transaction was not done. It records that money" in text_of(asked[0])
    assert not writes()
    done = hire().call("record_transaction", {**REFUND, "confirm": True})
    assert not done.is_error, text_of(done)
    assert writes() == ["PUT /transaction/6070096"]


def test_what_was_done_is_found_under_its_request_id(
    hire: Hire, bridge: Bridge, comment: dict[str, str]
) -> None:
    result = hire().call("add_rma_comment", comment)
    assert any(told(result, "request_id") in line for line in bridge.log)


def test_a_server_that_was_restarted_knows_again_what_it_had_added(
    bridge: Bridge, comment: dict[str, str]
) -> None:
    def asked_of_a_new_server(fields: dict[str, str]) -> CallToolResult:
        with running_assistants(bridge.url) as server:
            assistant = Assistant(bridge.url, TOKEN, f"{server.url}/mcp")
            return assistant.call("add_rma_comment", fields)

    for turn in ("first", "second"):
        fields = {**comment, "text": f"{comment['text']} {turn}"}
        before, after = asked_of_a_new_server(fields), asked_of_a_new_server(fields)
        if told(before, "idempotency_key") == told(after, "idempotency_key"):
            break  # else ten minutes of the clock have ended just between the two
    assert (told(before, "is_replay"), told(after, "is_replay")) == (None, True)
