import gzip
import logging
import socket
import struct
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.delivery import Reply, Sender, TargetRules
from connector.delivery.http.retry_after import read_retry_after
from connector.delivery.http.sender import LARGEST_REPLY
from tests.delivery.conftest import LOCAL, Certificate, Resolver
from tests.delivery.receivers import (
    LONG,
    Behaviour,
    Receiver,
    answering,
    dripping,
    hanging,
    read_request,
    receiving,
    saying,
    saying_once,
)
from tests.stand_ins import NOON, HandClock

Senders = Callable[..., Sender]

SHORT = 0.3  # seconds: the deadline of a target that would outlive it


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_2xx_is_a_delivery(status: int, sender: Senders):
    with receiving(answering(status, b"" if status == 204 else b"ok")) as receiver:
        reply = sender().send(f"{receiver.url}?a=%20", b'{"id":"1"}', {"webhook-id": "msg_1"})

    assert reply == Reply(status=status)
    [(first, headers, body)] = receiver.requests
    assert first == "POST /hook?a=%20 HTTP/1.1"
    assert body == b'{"id":"1"}'
    assert headers["webhook-id"] == "msg_1"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("ReturnGO-connector/")
    assert headers["accept-encoding"] == "identity"


def test_a_header_of_the_caller_replaces_ours(sender: Senders):
    with receiving(answering()) as receiver:
        sender().send(receiver.url, b"", {"content-type": "text/plain"})

    assert receiver.requests[0][1]["content-type"] == "text/plain"


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_other_answers_are_failures(status: int, sender: Senders):
    with receiving(answering(status, Retry_After="120")) as receiver:
        reply = sender().send(receiver.url, b"{}", {})

    assert reply == Reply(status, retry_after=120.0, failure=f"answered {status}")
    assert len(receiver.requests) == 1


def test_retry_after_may_be_a_date(sender: Senders):
    later = format_datetime(NOON + timedelta(minutes=5), usegmt=True)
    with receiving(answering(503, Retry_After=later)) as receiver:
        reply = sender(clock=HandClock()).send(receiver.url, b"{}", {})

    assert reply.retry_after == 300.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("Wed, 04 Feb 2026 12:00:30 GMT", 30.0),
        ("Wed, 04 Feb 2026 11:00:00 GMT", 0.0),
        ("Wednesday, 04-Feb-26 12:00:30 GMT", 30.0),
        ("Wed Feb  4 12:00:30 2026", 30.0),
        ("-1", None),
        ("1.5", None),
        ("9" * 400, None),
        ("١٢", None),
        ("soon", None),
        ("Wed, 99 Feb 2026 12:00:30 GMT", None),
        ("Wed, 04 Feb 99999999999 12:00:30 GMT", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_the_rfc_writes_it(header: str | None, seconds: float | None):
    assert read_retry_after(header, NOON) == seconds


@given(st.text())
def test_no_retry_after_raises(header: str):
    seconds = read_retry_after(header, NOON)

    assert seconds is None or seconds >= 0


DRIPS = {
    "status line": dripping(b"HTTP/1.1 2", b"0", b" OK\r\n\r\n"),
    "header": dripping(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x", b"\r\nContent-Length: 0\r\n\r\n"),
    "headers": dripping(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n", b"Content-Length: 0\r\n\r\n"),
    "100 Continue": dripping(
        b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    ),
    "nothing": hanging,
}


@pytest.mark.parametrize("behave", DRIPS.values(), ids=list(DRIPS))
def test_a_slow_answer_ends_at_the_deadline(behave: Behaviour, sender: Senders):
    with receiving(behave) as receiver:
        reply = sender(seconds=SHORT).send(receiver.url, b"{}", {})

    assert reply == Reply(failure="timed out", is_timeout=True)


def test_a_target_that_does_not_read_ends_at_the_deadline(sender: Senders):
    def behave(receiver: Receiver, _: socket.socket) -> None:
        receiver.ended.wait(LONG)

    with receiving(behave) as receiver:
        reply = sender(seconds=SHORT).send(receiver.url, b"x" * 50_000_000, {})

    assert reply == Reply(failure="timed out", is_timeout=True)


@pytest.mark.parametrize("seconds", [SHORT, 10.0])
def test_a_body_that_drips_changes_nothing(
    seconds: float, sender: Senders, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("connector.delivery.http.sender.DRAIN_SECONDS", SHORT)
    start = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
    with receiving(dripping(start, b"x", b"", drops=100)) as receiver:
        line = sender(seconds=seconds)
        replies = [line.send(receiver.url, b"{}", {}) for _ in range(2)]
    assert replies == [Reply(status=200), Reply(status=200)]
    assert receiver.connections == 2  # for the first one's body was not awaited


@pytest.mark.parametrize(("promised", "sent"), [(9, 1), (LARGEST_REPLY + 1, LARGEST_REPLY)])
def test_a_body_that_stops_half_way_spoils_nothing(
    promised: int, sent: int, sender: Senders, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("connector.delivery.http.sender.DRAIN_SECONDS", 0.1)
    start = f"HTTP/1.1 200 OK\r\nContent-Length: {promised}\r\n\r\n".encode()
    with receiving(saying(start + b"x" * sent)) as receiver:
        line = sender()
        replies = [line.send(receiver.url, b"{}", {}) for _ in range(2)]

    assert replies == [Reply(status=200), Reply(status=200)]
    assert receiver.connections == 2


def test_a_huge_body_is_not_read(sender: Senders):
    sent: list[int] = []

    def behave(receiver: Receiver, line: socket.socket) -> None:
        read_request(receiver, line)
        line.sendall(b"HTTP/1.1 410 Gone\r\nContent-Length: 1000000000\r\n\r\n")
        sent.extend(line.send(b"x" * 1_000_000) for _ in range(1000))

    with receiving(behave) as receiver:
        reply = sender().send(receiver.url, b"{}", {})

    assert reply == Reply(410, failure="answered 410")
    assert sum(sent) < 100_000_000


def test_an_endless_chunked_body_is_not_read(sender: Senders):
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    start = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with receiving(dripping(start, chunk, b"0\r\n\r\n")) as receiver:
        assert sender().send(receiver.url, b"{}", {}) == Reply(200)


def test_a_compressed_body_is_not_unfolded(sender: Senders, monkeypatch: pytest.MonkeyPatch):
    def unfold(*_: Any) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("urllib3.response.GzipDecoder.decompress", unfold)
    bomb = gzip.compress(bytes(5_000_000))
    assert len(bomb) < 16_000
    with receiving(answering(200, bomb, Content_Encoding="gzip")) as receiver:
        line = sender()
        replies = [line.send(receiver.url, b"{}", {}) for _ in range(2)]

    assert replies == [Reply(200), Reply(200)]
    assert receiver.connections == 1


def closing(receiver: Receiver, line: socket.socket) -> None:
    read_request(receiver, line)


def resetting(receiver: Receiver, line: socket.socket) -> None:
    read_request(receiver, line)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


TROUBLE: dict[str, tuple[Behaviour, str]] = {
    "closes": (closing, "closed without an answer"),
    "resets": (resetting, "connection reset"),
    "speaks something else": (saying_once(b"SSH-2.0-OpenSSH_9.2\r\n"), "not an HTTP answer"),
    "has too many headers": (
        saying_once(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 300 + b"\r\n"),
        "not an HTTP answer",
    ),
    "has a header without an end": (
        saying_once(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"),
        "not an HTTP answer",
    ),
    "contradicts itself": (
        saying_once(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"),
        "not an HTTP answer",
    ),
}


@pytest.mark.parametrize(("behave", "failure"), TROUBLE.values(), ids=list(TROUBLE))
def test_a_broken_answer_is_a_failure_with_a_reason(
    behave: Behaviour, failure: str, sender: Senders
):
    with receiving(behave) as receiver:
        assert sender().send(receiver.url, b"{}", {}) == Reply(failure=failure)


def test_nobody_listening_is_a_failure_with_a_reason(sender: Senders):
    with receiving(answering()) as receiver:
        pass

    assert sender().send(receiver.url, b"{}", {}) == Reply(failure="connection refused")


def test_a_body_that_breaks_off_changes_nothing(sender: Senders):
    with receiving(saying_once(b"HTTP/1.1 202 OK\r\nContent-Length: 9\r\n\r\nx")) as receiver:
        assert sender().send(receiver.url, b"{}", {}) == Reply(202)


@settings(max_examples=40)
@given(st.sampled_from([b"", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n"]), st.binary(max_size=200))
def test_no_answer_whatsoever_raises(start: bytes, rest: bytes):
    line = Sender(LOCAL, seconds=5)
    with receiving(saying_once(start + rest)) as receiver:
        assert isinstance(line.send(receiver.url, b"{}", {}), Reply)
    line.close()


def test_a_malformed_header_brings_no_url_into_the_logs(
    sender: Senders, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    broken = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nno colon\r\nX: 1\r\n\r\n"
    with receiving(saying_once(broken)) as receiver:
        reply = sender().send(f"{receiver.url}/catch-secret", b"{}", {})

    assert reply.status == 200
    assert "catch-secret" not in caplog.text


def test_a_connection_is_used_again_without_another_lookup(sender: Senders, names: Resolver):
    with receiving(answering(Set_Cookie="session=1")) as receiver:
        names({"hooks.example.com": iter([["127.0.0.1"]])})
        line = sender()
        url = f"http://hooks.example.com:{receiver.port}/"
        replies = [line.send(url, b"{}", {}) for _ in range(5)]

    assert replies == [Reply(200)] * 5
    assert receiver.connections == 1
    assert not any("cookie" in headers for _, headers, _ in receiver.requests)


def test_a_second_answer_that_nobody_asked_for_serves_nobody(sender: Senders):
    good = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
    with receiving(saying(good + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as receiver:
        line = sender()
        replies = [line.send(receiver.url, b"{}", {}).status for _ in range(3)]

    assert replies == [500, 500, 500]


def test_a_connection_that_was_closed_meanwhile_is_made_anew(sender: Senders):
    once = saying_once(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    closed = threading.Semaphore(0)

    def behave(receiver: Receiver, line: socket.socket) -> None:
        once(receiver, line)
        line.shutdown(socket.SHUT_RDWR)
        closed.release()

    with receiving(behave) as receiver:
        line = sender()
        for _ in range(3):
            assert line.send(receiver.url, b"{}", {}) == Reply(200)
            assert closed.acquire(timeout=LONG)

    assert receiver.connections == 3


def test_many_threads_send_at_once(sender: Senders):
    with (
        receiving(answering()) as one,
        receiving(answering(410)) as other,
        receiving(hanging) as slow,
    ):
        patient, short = sender(), sender(seconds=SHORT)
        ways = [patient] * 200 + [short] * 4
        urls = [one.url, other.url] * 100 + [slow.url] * 4
        with ThreadPoolExecutor(32) as pool:
            replies = list(pool.map(lambda way, url: way.send(url, url.encode(), {}), ways, urls))

    assert replies[:200] == [Reply(200), Reply(410, failure="answered 410")] * 100
    assert all(reply.is_timeout for reply in replies[200:])
    for receiver in (one, other):
        assert [body for _, _, body in receiver.requests] == [receiver.url.encode()] * 100


def test_an_address_that_does_not_answer_is_followed_by_the_next(sender: Senders, names: Resolver):
    with receiving(answering()) as receiver:
        names({"hooks.example.com": ["127.0.0.77", "127.0.0.1"]})
        reply = sender().send(f"http://hooks.example.com:{receiver.port}/", b"{}", {})

    assert reply == Reply(200)


def test_a_connection_that_is_never_made_ends_at_the_deadline(sender: Senders):
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):  # then the kernel lets nobody else in
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        reply = sender(seconds=SHORT).send(url, b"{}", {})

    assert reply == Reply(failure="timed out", is_timeout=True)


def test_a_lookup_that_hangs_ends_at_the_deadline(sender: Senders, monkeypatch: pytest.MonkeyPatch):
    ended = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: ended.wait(LONG) and [])
    try:
        reply = sender(seconds=SHORT).send("https://hooks.example.com/", b"{}", {})
    finally:
        ended.set()

    assert reply == Reply(failure="timed out", is_timeout=True)


def test_a_host_that_is_not_found_is_a_failure_with_a_reason(sender: Senders, names: Resolver):
    names({})

    assert sender().send("https://nowhere.example.com/", b"{}", {}).failure == "host not found"


def test_tls_keeps_the_name(sender: Senders, names: Resolver, certificate: Certificate):
    asked: list[str | None] = []
    certificate.server.sni_callback = lambda _, name, __: asked.append(name)
    with receiving(answering(), certificate.server) as receiver:
        names({"hooks.example.com": ["127.0.0.1"]})
        line = sender(authorities=certificate.path)
        url = f"https://hooks.example.com:{receiver.port}/"
        replies = [line.send(url, b"{}", {}) for _ in range(3)]

    assert replies == [Reply(200)] * 3
    assert asked == ["hooks.example.com"]
    assert receiver.connections == 1
    assert receiver.requests[0][1]["host"] == f"hooks.example.com:{receiver.port}"


def test_a_certificate_of_nobody_is_refused(sender: Senders, certificate: Certificate):
    with receiving(answering(), certificate.server) as receiver:
        reply = sender().send(f"https://127.0.0.1:{receiver.port}/", b"{}", {})

    assert reply == Reply(failure="TLS certificate refused: self-signed certificate")
    assert receiver.requests == []


def test_a_certificate_for_another_name_is_refused(
    sender: Senders, names: Resolver, certificate: Certificate
):
    with receiving(answering(), certificate.server) as receiver:
        names({"other.example.com": ["127.0.0.1"]})
        line = sender(authorities=certificate.path)
        reply = line.send(f"https://other.example.com:{receiver.port}/", b"{}", {})

    assert reply.failure is not None
    assert reply.failure.startswith("TLS certificate refused: Hostname mismatch")
    assert receiver.requests == []


def test_a_target_without_tls_is_a_failure_with_a_reason(sender: Senders):
    def behave(_: Receiver, line: socket.socket) -> None:
        line.recv(10_000)
        line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with receiving(behave) as receiver:
        url = f"https://127.0.0.1:{receiver.port}/"
        assert sender().send(url, b"{}", {}) == Reply(failure="TLS failed")


def test_a_slow_handshake_ends_at_the_deadline(sender: Senders):
    def behave(receiver: Receiver, line: socket.socket) -> None:
        line.recv(10_000)
        line.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KB is to come
        while not receiver.ended.wait(0.02):
            line.sendall(b"\x02")

    with receiving(behave) as receiver:
        reply = sender(seconds=SHORT).send(f"https://127.0.0.1:{receiver.port}/", b"{}", {})

    assert reply == Reply(failure="timed out", is_timeout=True)


def test_a_slow_answer_over_tls_ends_at_the_deadline(sender: Senders, certificate: Certificate):
    with receiving(DRIPS["headers"], certificate.server) as receiver:
        line = sender(seconds=SHORT, authorities=certificate.path)
        reply = line.send(f"https://127.0.0.1:{receiver.port}/", b"{}", {})

    assert reply == Reply(failure="timed out", is_timeout=True)


def test_nothing_is_sent_to_a_port_that_is_not_accepted_any_more(sender: Senders):
    with receiving(answering()) as receiver:
        reply = sender(TargetRules()).send(f"https://127.0.0.1:{receiver.port}/", b"{}", {})

    assert reply == Reply(failure="port not accepted")
    assert receiver.connections == 0


def test_the_environment_names_no_proxy(sender: Senders, monkeypatch: pytest.MonkeyPatch):
    with receiving(answering()) as proxy, receiving(answering()) as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert sender().send(receiver.url, b"{}", {}) == Reply(200)

    assert (proxy.connections, receiver.connections) == (0, 1)
