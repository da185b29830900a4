import socket
import ssl
from collections.abc import Callable, Iterator

import pytest

from connector.delivery.http.deadline import TimedSocket, TimedTLSSocket, deadline, remaining

LONG = 60.0  # seconds
SHORT = 0.05


@pytest.fixture
def line() -> Iterator[TimedSocket]:
    """One end of a connection on which nobody answers, with a long time-out from before."""
    near, far = socket.socketpair()
    with far, TimedSocket(fileno=near.detach()) as sock:
        sock.settimeout(LONG)
        yield sock


def test_there_is_no_more_time_than_the_deadline_leaves():
    with deadline(LONG):
        assert 0 < remaining() <= LONG
        with deadline(SHORT):
            assert remaining() <= SHORT
            with deadline(LONG):
                assert remaining() <= SHORT
        assert remaining() > SHORT


def test_after_the_deadline_there_is_no_time():
    with deadline(0), pytest.raises(TimeoutError):
        remaining()


OPERATIONS: dict[str, Callable[[TimedSocket], object]] = {
    "recv_into": lambda sock: sock.recv_into(bytearray(1)),
    "sendall": lambda sock: sock.sendall(bytes(10_000_000)),
    "send": lambda sock: [sock.send(bytes(1_000_000)) for _ in range(100)],
}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))
def test_no_operation_outlives_the_deadline(
    operation: Callable[[TimedSocket], object], line: TimedSocket
):
    with deadline(SHORT), pytest.raises(TimeoutError):
        operation(line)

    assert (line.gettimeout() or LONG) <= SHORT


def test_no_handshake_outlives_the_deadline(line: TimedSocket):
    context = ssl.create_default_context()
    context.sslsocket_class = TimedTLSSocket
    with context.wrap_socket(
        line, server_hostname="hooks.example.com", do_handshake_on_connect=False
    ) as encrypted:
        with deadline(SHORT), pytest.raises(TimeoutError):
            encrypted.do_handshake()

        assert (encrypted.gettimeout() or LONG) <= SHORT
