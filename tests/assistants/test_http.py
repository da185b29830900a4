"""The rules of the streamable HTTP transport: who is let in, from where, and with how much."""

import json
import re
import socket
from pathlib import Path

import pytest
import requests

from connector.assistants.http import LARGEST_BODY
from tests.assistants.serving import running_assistants
from tests.databases import sqlite_url
from tests.processes import CALL, TOKEN, Bridge, Sandbox, Server, running_bridge

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = "application/json, text/event-stream"
LOCAL = "http://127.0.0.1:8080"  # a short token is taken there
PUBLIC = "https://bridge.example.com"


def asked(server: Server, method: str = "POST", **headers: str | None) -> requests.Response:
    known = {
        "Authorization": f"Bearer {TOKEN}",
        "Accept": ACCEPT,
        "MCP-Protocol-Version": "2025-11-25",
    }
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    merged = {name: value for name, value in {**known, **sent}.items() if value is not None}
    return requests.request(method, f"{server.url}/mcp", json=LIST, headers=merged, timeout=CALL)


def test_a_client_that_speaks_plain_http_gets_the_tools_as_json(server: Server) -> None:
    answer = asked(server)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert "approve_rma" in {each["name"] for each in answer.json()["result"]["tools"]}


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (None, "Send the header Authorization: Bearer, followed by your bridge token."),
        ("Basic abc", "Send the header Authorization: Bearer, followed by your bridge token."),
        ("Bearer ", "Send the header Authorization: Bearer, followed by your bridge token."),
        ("Bearer wrong-token", "token"),
    ],
)
def test_who_has_no_token_of_the_bridge_is_not_let_in(
    server: Server, sent: str | None, sentence: str
) -> None:
    answer = asked(server, Authorization=sent)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert sentence in answer.json()["detail"]


@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS"])
def test_no_stream_is_held_open(server: Server, method: str) -> None:
    answer = asked(server, method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_pages_of_others_may_not_call_it(server: Server) -> None:
    assert asked(server, Origin="https://evil.example.com").status_code == 403
    assert asked(server, Origin="http://localhost:3000").status_code == 403


def test_a_name_that_was_made_to_point_here_is_not_answered(server: Server) -> None:
    assert asked(server, Host="evil.example.com").status_code == 421
    assert asked(server, Host=server.url.removeprefix("http://")).status_code == 200


def test_the_public_name_is_answered_and_its_own_pages_may_call(bridge: Bridge) -> None:
    with running_assistants(bridge.url, PUBLIC_URL=PUBLIC) as server:
        assert asked(server, Host="bridge.example.com").status_code == 200
        assert asked(server, Host="bridge.example.com", Origin=PUBLIC).status_code == 200
        assert asked(server, Host="evil.example.com").status_code == 421


def test_a_body_that_is_too_large_is_refused(server: Server) -> None:
    answer = requests.post(
        f"{server.url}/mcp",
        data=json.dumps({**LIST, "params": {"cursor": "x" * LARGEST_BODY}}),
        headers={
            "Authorization": f"Bearer {TOKEN}",
            "Accept": ACCEPT,
            "Content-Type": "application/json",
        },
        timeout=CALL,
    )
    assert answer.status_code == 413


def test_another_path_is_not_there(server: Server) -> None:
    assert requests.get(f"{server.url}/other", timeout=CALL).status_code == 404


def test_a_port_that_is_taken_is_told_in_a_sentence(bridge: Bridge) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with (
            pytest.raises(AssertionError, match=re.escape(f"127.0.0.1:{port}, where nothing can")),
            running_assistants(bridge.url, MCP_PORT=port),
        ):
            pass


def test_a_bridge_that_is_away_is_a_bad_gateway() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as free,
        running_assistants(f"http://127.0.0.1:{free.getsockname()[1]}") as server,
    ):
        free.close()
        answer = asked(server)
    assert answer.status_code == 502
    assert "The bridge cannot be reached at" in answer.json()["detail"]


def test_an_address_that_tries_wrong_tokens_waits_and_others_do_not(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """The bridge knows each caller by what the proxy before the server has noted."""
    with (
        sqlite_url(tmp_path) as database_url,
        running_bridge(sandbox.url, database_url, PROXIES="1", PUBLIC_URL=LOCAL) as bridge,
        running_assistants(bridge.url) as server,
    ):
        for each in range(10):
            asked(server, Authorization=f"Bearer wrong-{each}", X_Forwarded_For="192.0.2.7")
        waits = asked(server, Authorization="Bearer wrong", X_Forwarded_For="192.0.2.7")
        other = asked(server, Authorization="Bearer wrong", X_Forwarded_For="192.0.2.8")
        good = asked(server, X_Forwarded_For="192.0.2.7")
    assert (waits.status_code, other.status_code, good.status_code) == (429, 401, 200)
    assert int(waits.headers["Retry-After"]) > 0
