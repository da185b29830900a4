"""Assistants' servers in processes of their own, and the official client, over both transports."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from tests.processes import ROOT, Sandbox, Server, serving, start

T = TypeVar("T")
TRANSPORTS = ("stdio", "http")
COMMAND = [sys.executable, "-m", "connector", "mcp"]
PREFIX = "returngo-connector/"


@contextmanager
def running_assistants(bridge_url: str, **environ: str) -> Iterator[Server]:
    """Run `python -m connector mcp --http` for a bridge."""
    settings = {"BRIDGE_URL": bridge_url, "MCP_PORT": "0", **environ}
    server = Server(start([*COMMAND, "--http"], settings))
    with serving(server, r'"url": "(http://[^"]+)/mcp"'):
        yield server


class Assistant:
    """What an assistant's program does with the official client: a conversation each."""

    def __init__(self, bridge_url: str, token: str, mcp_url: str | None = None) -> None:
        self._bridge_url = bridge_url
        self._token = token
        self._mcp_url = mcp_url

    def ask(self, conversation: Callable[[Client], Awaitable[T]]) -> T:
        """Hold a conversation, and return what it returns."""

        async def hold() -> T:
            if self._mcp_url is None:
                async with Client(self._stdio()) as client:
                    return await conversation(client)
            headers = {"Authorization": f"Bearer {self._token}"}
            async with (
                httpx2.AsyncClient(headers=headers, timeout=120, trust_env=False) as http,
                Client(streamable_http_client(self._mcp_url, http_client=http)) as client,
            ):
                return await conversation(client)

        return asyncio.run(hold())

    def call(self, name: str, arguments: dict[str, Any]) -> CallToolResult:
        """Call one tool."""
        return self.ask(lambda client: client.call_tool(name, arguments))

    def _stdio(self) -> StdioServerParameters:
        environ = {**os.environ, "BRIDGE_URL": self._bridge_url, "MCP_TOKEN": self._token}
        return StdioServerParameters(
            command=COMMAND[0], args=COMMAND[1:], cwd=str(ROOT), env=environ
        )


class Writes:
    """The calls that have changed something at ReturnGO since this was made."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._before = len(sandbox.calls())

    def __call__(self) -> list[str]:
        """List them; to ask for policies is a POST, and changes nothing."""
        return [
            f"{each['method']} {each['path']}"
            for each in self._sandbox.calls()[self._before :]
            if each["method"] != "GET" and not each["path"].endswith("/getEligiblePolicies")
        ]


def text_of(result: CallToolResult) -> str:
    """Return what a tool said, a line for each of its texts."""
    return "\n".join(each.text for each in result.content if each.type == "text")


def told(result: CallToolResult, word: str) -> Any:
    """Return what the server says of a result beside its text."""
    return (result.meta or {}).get(PREFIX + word)
