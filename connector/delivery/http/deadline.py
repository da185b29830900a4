"""Sockets that end with the exchange that they serve.

urllib3's time-outs are for one operation; a target that answers a byte a second outlives them. Here
each operation gets what is left until the deadline of the exchange in this thread.
"""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_deadline: ContextVar[float] = ContextVar("deadline")  # of time.monotonic


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let whatever this thread does with such sockets end in `seconds`, with a TimeoutError.

    A deadline inside another can only be earlier.
    """
    end = time.monotonic() + seconds
    token = _deadline.set(min(end, _deadline.get(end)))
    try:
        yield
    finally:
        _deadline.reset(token)


def remaining() -> float:
    """Tell how many seconds are left. Raises TimeoutError when there are none."""
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise TimeoutError("The deadline has passed.")
    return left


class TimedSocket(socket.socket):
    """A socket of which no operation outlives the deadline."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """Receive, as a socket does; http.client reads by this alone."""
        self.settimeout(remaining())
        return super().recv_into(*args, **kwargs)

    def send(self, *args: Any, **kwargs: Any) -> int:
        """Send, as a socket does."""
        self.settimeout(remaining())
        return super().send(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        """Send all, as a socket does."""
        self.settimeout(remaining())
        super().sendall(*args, **kwargs)


class TimedTLSSocket(TimedSocket, ssl.SSLSocket):
    """The same, encrypted."""

    def do_handshake(self, block: bool = False) -> None:
        """Shake hands, as a socket does: the time-out is for the whole handshake."""
        self.settimeout(remaining())
        super().do_handshake(block)
