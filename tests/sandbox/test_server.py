"""What only shows on a real socket and in a real process."""

import json
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, IncompleteRead, RemoteDisconnected
from threading import Event, Thread
from typing import Any

import pytest

from connector.sandbox.server import listen
from tests.sandbox.process import HEADERS, Running, launch, running


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    """One process for all tests of a module; whatever went wrong in it would stand in stderr."""
    with running(SANDBOX_SECOND_LIMIT="100000", SANDBOX_DAILY_LIMIT="100000") as started:
        yield started
        assert started.stop() == (0, "", "")


@pytest.fixture
def connection(sandbox: Running) -> Iterator[HTTPConnection]:
    connection = sandbox.connect()
    ask(connection, "POST", "/_sandbox/reset", {"empty": True})
    yield connection
    connection.close()


def ask(
    connection: HTTPConnection, method: str, path: str, body: Any = None
) -> tuple[int, dict[str, str], Any]:
    """Make a call; answer status, headers and JSON."""
    headers = HEADERS | ({"content-type": "application/json"} if body is not None else {})
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    response = connection.getresponse()
    return response.status, dict(response.getheaders()), json.loads(response.read())


def test_a_connection_is_kept_alive(connection: HTTPConnection) -> None:
    first = connection.sock
    assert first
    for _ in range(3):
        assert ask(connection, "GET", "/webhooks")[0] == 200
    assert ask(connection, "POST", "/_sandbox/rmas", {})[0] == 200
    assert connection.sock is first


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nowhere"), ("POST", "/rma/1/comment"), ("PUT", "/rma/x/status")]
)
def test_a_refusal_reads_the_body_and_keeps_the_connection(
    connection: HTTPConnection, method: str, path: str
) -> None:
    first = connection.sock
    assert ask(connection, method, path, {"htmlText": "x" * 100_000})[0] >= 400
    assert ask(connection, "GET", "/webhooks")[0] == 200
    assert connection.sock is first


def test_a_client_may_ask_to_close(connection: HTTPConnection) -> None:
    connection.request("GET", "/webhooks", headers=HEADERS | {"connection": "close"})
    connection.getresponse().read()
    assert connection.sock is None or connection.sock.recv(1) == b""


def test_there_is_one_date_and_it_is_the_sandboxs(connection: HTTPConnection) -> None:
    ask(connection, "POST", "/_sandbox/clock", {"now": "2031-05-06T07:08:09"})
    connection.request("GET", "/webhooks", headers=HEADERS)
    response = connection.getresponse()
    response.read()
    dates = [parsedate_to_datetime(date) for date in response.headers.get_all("date", [])]
    assert [date.date().isoformat() for date in dates] == ["2031-05-06"]


def test_a_chunked_body_is_read(connection: HTTPConnection) -> None:
    rma = ask(connection, "POST", "/_sandbox/rmas")[2]["rmaSummary"]["rmaId"]
    connection.request(
        "POST",
        f"/rma/{rma}/comment",
        iter([b'{"html', b'Text": "x"}']),
        HEADERS | {"content-type": "application/json"},
        encode_chunked=True,
    )
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"{}")


def spoken(sandbox: Running, request: bytes) -> bytes:
    """Say something raw, hang up on one side and answer all that comes back."""
    with socket.create_connection((sandbox.host, sandbox.port), timeout=30) as raw:
        raw.sendall(request)
        raw.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: raw.recv(65536), b""))


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /_sandbox/rmas HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"POST /_sandbox/rmas HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{}",
        b"POST /_sandbox/rmas HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_a_request_that_is_not_whole_is_not_carried_out(
    sandbox: Running, connection: HTTPConnection, request_: bytes
) -> None:
    assert spoken(sandbox, request_).startswith(b"HTTP/1.1 400 ")
    assert ask(connection, "GET", "/rmas?pagesize=1")[2]["rmas"] == []


@pytest.mark.parametrize(
    ("kind", "error", "comments"),
    [
        ("drop", RemoteDisconnected, 1),
        ("reset", ConnectionResetError, 1),
        ("lost_answer", RemoteDisconnected, 2),
    ],
)
def test_a_broken_connection_gives_no_byte(
    connection: HTTPConnection, kind: str, error: type[Exception], comments: int
) -> None:
    rma = ask(connection, "POST", "/_sandbox/rmas")[2]["rmaSummary"]["rmaId"]
    ask(connection, "POST", "/_sandbox/faults", {"kind": kind})
    with pytest.raises(error) as caught:
        ask(connection, "POST", f"/rma/{rma}/comment", {"htmlText": "x"})
    # RemoteDisconnected is a ConnectionResetError itself: the kinds must be told apart.
    assert type(caught.value) is error
    connection.close()
    assert len(ask(connection, "GET", f"/rma/{rma}")[2]["comments"]) == comments
    calls = ask(connection, "GET", "/_sandbox/calls")[2]
    assert [(call["status"], call["applied"]) for call in calls] == [
        (None, comments == 2),
        (200, False),
    ]


def test_half_a_body_comes_under_the_whole_ones_length(connection: HTTPConnection) -> None:
    ask(connection, "POST", "/_sandbox/rmas", {"count": 9})
    whole = len(json.dumps(ask(connection, "GET", "/rmas?pagesize=9")[2]))
    ask(connection, "POST", "/_sandbox/faults", {"kind": "truncate"})
    connection.request("GET", "/rmas?pagesize=9", headers=HEADERS)
    response = connection.getresponse()
    assert response.status == 200
    with pytest.raises(IncompleteRead) as caught:
        response.read()
    assert len(caught.value.partial) == whole // 2
    assert caught.value.expected == whole - whole // 2


def test_a_slow_body_comes_in_pieces_and_is_whole(
    sandbox: Running, connection: HTTPConnection
) -> None:
    ask(connection, "POST", "/_sandbox/rmas", {"count": 9})
    whole = ask(connection, "GET", "/rmas?pagesize=9")[2]
    ask(connection, "POST", "/_sandbox/faults", {"kind": "slow", "seconds": 0.3})
    with socket.create_connection((sandbox.host, sandbox.port), timeout=30) as raw:
        lines = [f"{name}: {value}" for name, value in HEADERS.items()]
        request = "\r\n".join(["GET /rmas?pagesize=9 HTTP/1.0", *lines, "", ""])
        raw.sendall(request.encode())
        pieces = list(iter(lambda: raw.recv(65536), b""))
    assert len(pieces) > 3
    assert json.loads(b"".join(pieces).partition(b"\r\n\r\n")[2]) == whole


def test_a_delayed_call_is_answered_normally(connection: HTTPConnection) -> None:
    ask(connection, "POST", "/_sandbox/faults", {"kind": "delay", "seconds": 0.1})
    assert ask(connection, "GET", "/webhooks")[::2] == (200, [])


def test_a_client_that_hangs_up_leaves_no_trace(
    sandbox: Running, connection: HTTPConnection
) -> None:
    ask(connection, "POST", "/_sandbox/faults", {"kind": "slow", "seconds": 0.2})
    with socket.create_connection((sandbox.host, sandbox.port), timeout=30) as raw:
        lines = [f"{name}: {value}" for name, value in HEADERS.items()]
        raw.sendall("\r\n".join(["GET /webhooks HTTP/1.1", *lines, "", ""]).encode())
    assert ask(connection, "GET", "/webhooks")[0] == 200
    # That stderr stays empty is asserted when the process is stopped.


@pytest.mark.parametrize("wish", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_listens_and_stops_cleanly(wish: signal.Signals) -> None:
    with running() as started:
        kept_alive = started.connect()
        assert ask(kept_alive, "GET", "/webhooks")[0] == 200
        assert started.stop(wish) == (0, "", "")
        kept_alive.close()
        with pytest.raises(ConnectionRefusedError):
            started.connect().connect()


def test_it_stops_while_a_call_waits() -> None:
    with running() as started:
        connection = started.connect()
        ask(connection, "POST", "/_sandbox/faults", {"kind": "delay", "seconds": 600})
        connection.request("GET", "/webhooks", headers=HEADERS)
        watcher = started.connect()
        while not ask(watcher, "GET", "/_sandbox/calls")[2]:
            pass
        assert started.stop()[0] == 0
        with pytest.raises((HTTPException, ConnectionError)):
            connection.getresponse()
        connection.close()
        watcher.close()


def test_its_settings_come_from_the_environment() -> None:
    settings = {
        "SANDBOX_SEED": "7",
        "SANDBOX_NOW": "2026-03-10T23:00:00Z",
        "SANDBOX_DAILY_LIMIT": "50",
        "SANDBOX_SECOND_LIMIT": "60",
        "SANDBOX_GATEWAY_FORBIDDEN": "1",
        "SANDBOX_HOST": "127.0.0.2",
    }
    with running(**settings) as started:
        assert started.host == "127.0.0.2"
        connection = started.connect()
        limits = ask(connection, "POST", "/_sandbox/limits")[2]
        assert (limits["daily"], limits["second"]) == (50, 60)
        assert ask(connection, "POST", "/_sandbox/clock")[2]["now"].startswith("2026-03-10T23:")
        connection.request("GET", "/webhooks")
        response = connection.getresponse()
        assert (response.status, response.read()) == (403, b'{"message": "Forbidden"}')
        assert ask(connection, "POST", "/_sandbox/reset")[2]["seed"] == 7
        connection.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SANDBOX_PORT", "many"),
        ("SANDBOX_PORT", "70000"),
        ("SANDBOX_SEED", "-1"),
        ("SANDBOX_NOW", "noon"),
        ("SANDBOX_DAILY_LIMIT", ""),
        ("SANDBOX_SECOND_LIMIT", "9" * 5000),
    ],
)
def test_a_setting_out_of_order_is_named_without_a_traceback(name: str, value: str) -> None:
    code, written, errors = failed(**{name: value})
    assert (code, written) == (1, "")
    assert errors.startswith(f"sandbox: {name} must be ")
    assert errors.count("\n") == 1


def test_a_way_that_does_not_exist_is_named_without_a_traceback() -> None:
    code, written, errors = failed(SANDBOX_WAYS="typo=1")
    assert (code, written) == (1, "")
    assert errors.startswith("sandbox: SANDBOX_WAYS or --ways: Unknown option typo; there are: ")
    assert errors.count("\n") == 1


def test_an_address_that_cannot_be_had_is_said_without_a_traceback(sandbox: Running) -> None:
    for settings in ({"SANDBOX_HOST": "256.0.0.1"}, {"SANDBOX_PORT": str(sandbox.port)}):
        code, written, errors = failed(**settings)
        assert (code, written) == (1, "")
        assert errors
        assert "Traceback" not in errors


def failed(**settings: str) -> tuple[int, str, str]:
    """Return the exit code and output of a sandbox that must not come up."""
    with launch(**settings) as process:
        try:
            written, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    return process.returncode, written, errors


def test_a_quota_holds_under_parallel_calls(sandbox: Running, connection: HTTPConnection) -> None:
    ask(connection, "POST", "/_sandbox/limits", {"daily": 100})

    def spend(_: int) -> list[int]:
        own = sandbox.connect()
        statuses = [ask(own, "GET", "/webhooks")[0] for _ in range(20)]
        own.close()
        return statuses

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for spent in pool.map(spend, range(8)) for status in spent]
    assert (statuses.count(200), statuses.count(429)) == (100, 60)
    assert len(ask(connection, "GET", "/_sandbox/calls")[2]) == 160


def test_an_answer_is_closed_when_it_has_been_sent() -> None:
    closed = Event()

    class Pieces(list[bytes]):
        def close(self) -> None:
            closed.set()

    def app(_: object, start_response: Callable[..., object]) -> Pieces:
        start_response("200 OK", [("Content-Length", "2")])
        return Pieces([b"{", b"}"])

    server = listen(app, "127.0.0.1", 0)
    serving = Thread(target=server.serve_forever, daemon=True)
    serving.start()
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    assert ask(connection, "GET", "/")[2] == {}
    assert closed.wait(timeout=10)
    connection.close()
    server.shutdown()
    serving.join(timeout=10)
