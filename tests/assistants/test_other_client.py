"""The SDK for JavaScript uses every block, over both transports, at a real bridge."""

import json
from pathlib import Path
from typing import Any

import pytest

import app
from tests.assistants.serving import COMMAND, TRANSPORTS, running_assistants
from tests.assistants.test_every_block import DONE, arguments_of
from tests.databases import sqlite_url
from tests.node_tools import node_json
from tests.processes import ROOT, TOKEN, running_bridge, running_sandbox

PACKAGE = "@modelcontextprotocol/sdk"
COMMENT = {"rma_id": "10030552", "text": "Said twice."}
CALLS: list[tuple[str, dict[str, Any]]] = [
    *((key, arguments_of(each)) for key, each in DONE.items()),
    *(("recent_events", {"trigger": key}) for key in app.CATALOGUE.triggers),
]
TWICE = ("add_rma_comment", COMMENT)
WRONG = ("approve_rma", {"rma_id": "10030552", "colour": "red"})


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_another_client_uses_every_block(transport: str, tmp_path: Path) -> None:
    with (
        running_sandbox() as sandbox,
        sqlite_url(tmp_path) as database_url,
        running_bridge(sandbox.url, database_url) as bridge,
        running_assistants(bridge.url) as server,
    ):
        shown = node_json(
            "mcp.js",
            "stdio" if transport == "stdio" else f"{server.url}/mcp",
            json.dumps([*CALLS, TWICE, TWICE, WRONG]),
            package=PACKAGE,
            BRIDGE_URL=bridge.url,
            MCP_TOKEN=TOKEN,
            MCP_COMMAND=json.dumps(COMMAND),
            MCP_FOLDER=str(ROOT),
        )
        comments = [
            each
            for each in sandbox.calls()
            if each["method"] == "POST" and "omment" in each["path"]
        ]
    *answers, first, second, wrong = shown["answers"]
    assert set(shown["tools"]) == {*DONE, "recent_events"}
    assert set(shown["resources"]) == set(app.CATALOGUE.triggers)
    assert len(shown["prompts"]) == 9
    assert not [each for each in answers if each["isError"]]
    assert not first["isError"]
    assert second["text"].endswith(first["text"])
    assert second["text"] != first["text"]
    assert len(comments) == 2, "the example of the block, and what was said twice"
    assert wrong["isError"]
    assert "colour: is not a field here" in wrong["text"]
