import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import simplejson

from connector.clock import SYSTEM_CLOCK
from connector.doctor.setup import reach
from connector.returngo import TimedOut, Transport, Unavailable, transport
from connector.returngo.answers import read
from connector.returngo.transport import Request
from tests.processes import Sandbox, running_sandbox
from tests.returngo.hosts import Behaviour, answering, serving
from tests.stand_ins import HandClock

KEY = "demo-key"
LONG = 30  # seconds: no test waits that long
READ = Request(
    method="GET",
    path="/rmas",
    query=[("pagesize", "1")],
    headers={"x-api-key": KEY, "x-shop-name": "demo.myshopify.com"},
)


@contextmanager
def sending(url: str, **options: Any) -> Iterator[Transport]:
    opened = Transport(url, **options)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def real_sandbox() -> Iterator[Sandbox]:
    with running_sandbox(SANDBOX_DAILY_LIMIT="100000", SANDBOX_SECOND_LIMIT="100000") as sandbox:
        yield sandbox


@pytest.fixture
def calm_sandbox(real_sandbox: Sandbox) -> Sandbox:
    """A sandbox process without faults and calls."""
    real_sandbox.control("faults", method="DELETE")
    real_sandbox.control("calls", method="DELETE")
    return real_sandbox


def test_an_answer_comes_back_whole(calm_sandbox: Sandbox):
    with sending(f"{calm_sandbox.url}/") as line:
        answer = line.send(READ, seconds=LONG)

    assert answer.status == 200
    assert len(simplejson.loads(answer.body)["rmas"]) == 1
    assert answer.headers["X-AMZN-RequestId"]
    assert answer.headers["date"].endswith("GMT")


def test_what_is_sent_is_what_was_asked():
    amount = Decimal("12345678901234567890.10")
    query = [("created_at", "gte:2026-02-04T12:00:00"), ("created_at", "lt:x"), ("sort", "+a&b=ü")]
    with serving(answering()) as host, sending(host.url) as line:
        line.send(
            Request(method="PUT", path="/rma/1/status", query=query, body={"amount": amount}),
            seconds=LONG,
        )
        line.send(Request(method="GET", path="/rmas"), seconds=LONG)
    (asked, headers, body), (_, bare, nothing) = host.seen

    assert asked == (
        "PUT /rma/1/status?created_at=gte%3A2026-02-04T12%3A00%3A00&created_at=lt%3Ax"
        "&sort=%2Ba%26b%3D%C3%BC"
    )
    assert body == b'{"amount": 12345678901234567890.10}'
    assert headers["content-type"] == headers["accept"] == "application/json"
    assert "content-type" not in bare
    assert nothing == b""


@pytest.mark.parametrize("kind", ["drop", "reset", "truncate", "lost_answer"])
def test_a_broken_connection_is_an_outage(calm_sandbox: Sandbox, kind: str):
    calm_sandbox.control("faults", {"kind": kind})

    with sending(calm_sandbox.url) as line:
        with pytest.raises(Unavailable) as error:
            line.send(READ, seconds=LONG)
        assert line.send(READ, seconds=LONG).status == 200, "the next call has a new connection"
    assert type(error.value) is Unavailable
    assert len(calm_sandbox.calls()) == 2, "the transport itself tries nothing twice"


@pytest.mark.parametrize("kind", ["delay", "slow"])
def test_a_silent_connection_times_out(calm_sandbox: Sandbox, kind: str):
    calm_sandbox.control("faults", {"kind": kind, "seconds": 8})

    with sending(calm_sandbox.url) as line, pytest.raises(TimedOut):
        line.send(READ, seconds=0.2)


class Leaping:
    """A clock of which every look costs a minute."""

    def __init__(self) -> None:
        self._clock = HandClock()

    def now(self) -> Any:
        self._clock.advance(timedelta(minutes=1))
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)


def test_a_trickle_does_not_outlive_the_deadline(calm_sandbox: Sandbox):
    # each piece comes well within the time that one read may take
    calm_sandbox.control("faults", {"kind": "slow", "seconds": 0.1})

    with sending(calm_sandbox.url, clock=Leaping()) as line, pytest.raises(TimedOut):
        line.send(READ, seconds=LONG)


def test_a_trickle_in_time_is_an_answer(calm_sandbox: Sandbox):
    calm_sandbox.control("faults", {"kind": "slow", "seconds": 0.1})

    with sending(calm_sandbox.url, clock=SYSTEM_CLOCK) as line:
        assert simplejson.loads(line.send(READ, seconds=LONG).body)["rmas"]


def test_nobody_listening_is_an_outage():
    with sending("http://127.0.0.1:1") as line, pytest.raises(Unavailable):
        line.send(READ, seconds=LONG)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_so_that_no_other_host_gets_the_key(status: int):
    with (
        serving(answering()) as elsewhere,
        serving(answering(status, Location=f"{elsewhere.url}/rmas")) as host,
        sending(host.url) as line,
    ):
        answer = line.send(READ, seconds=LONG)

    assert answer.status == status
    assert host.seen[0][1]["x-api-key"] == KEY
    assert elsewhere.seen == []


def test_no_cookie_of_one_key_comes_back_with_anothers_call():
    with (
        serving(answering(Set_Cookie="session=planted; Path=/")) as host,
        sending(host.url) as line,
    ):
        line.send(READ, seconds=LONG)
        line.send(READ, seconds=LONG)

    assert "cookie" not in host.seen[1][1]


def test_connections_are_kept_for_the_next_call():
    ports = []

    def behave(handler: BaseHTTPRequestHandler) -> None:
        ports.append(handler.client_address[1])
        answering()(handler)

    with serving(behave) as host, sending(host.url) as line:
        for _ in range(3):
            line.send(READ, seconds=LONG)

    assert len(set(ports)) == 1


def test_threads_share_one_transport():
    with serving(answering(body=b'{"a": 1}')) as host, sending(host.url) as line:
        bodies: list[bytes] = []
        threads = [
            threading.Thread(target=lambda: bodies.append(line.send(READ, seconds=LONG).body))
            for _ in range(16)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert bodies == [b'{"a": 1}'] * 16


def test_a_compressed_answer_is_unpacked():
    packed = gzip.compress(b'{"rmas": []}')
    with (
        serving(answering(body=packed, Content_Encoding="gzip")) as host,
        sending(host.url) as line,
    ):
        assert line.send(READ, seconds=LONG).body == b'{"rmas": []}'


@pytest.mark.parametrize(
    "behaviour",
    [
        answering(body=b"no gzip", Content_Encoding="gzip"),
        answering(body=gzip.compress(b" " * 1000)[:15], Content_Encoding="gzip"),
        lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 1000 + b"\r\n"),
    ],
    ids=["no gzip", "half a gzip", "no http", "headers without end"],
)
def test_nonsense_on_the_line_is_an_outage(behaviour: Behaviour):
    def behave(handler: BaseHTTPRequestHandler) -> None:
        behaviour(handler)
        handler.close_connection = True

    with serving(behave) as host, sending(host.url) as line, pytest.raises(Unavailable):
        read(line.send(READ, seconds=LONG))


@pytest.mark.parametrize("packing", ["plain", "gzip"])
def test_a_huge_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch, packing: str):
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 100_000)
    most, more = b" " * 100_000, b" " * 100_001

    def shown(body: bytes) -> Behaviour:
        if packing == "gzip":
            return answering(body=gzip.compress(body), Content_Encoding="gzip")
        return answering(body=body)

    with serving(shown(most)) as host, sending(host.url) as line:
        assert line.send(READ, seconds=LONG).body == most
    with (
        serving(shown(more)) as host,
        sending(host.url) as line,
        pytest.raises(Unavailable, match="too large"),
    ):
        line.send(READ, seconds=LONG)


@pytest.mark.parametrize("key", ["two\r\nlines", " leading"])
def test_a_key_that_no_header_can_carry_is_not_told_in_the_error(key: str):
    with sending("http://127.0.0.1:1") as line, pytest.raises(Unavailable) as error:
        line.send(Request(method="GET", path="/rmas", headers={"x-api-key": key}), seconds=LONG)
    assert key not in str(error.value)


def test_a_request_does_not_show_its_headers():
    assert KEY not in repr(READ)


def test_the_environment_names_no_proxy_and_no_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """As a hook, a call goes where the settings say: another host would be handed the key."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password planted\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with serving(answering()) as proxy, serving(answering()) as host, sending(host.url) as line:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert line.send(READ, seconds=LONG).status == 200
        assert reach(host.url) == 200
    assert (len(proxy.seen), len(host.seen)) == (0, 2)
    assert all("authorization" not in headers for _, headers, _ in host.seen)
