"""Answers that break on their way: connections dropped, reset, cut short or dribbling.

Each is a response like any other to Flask; what is wrong with it happens when it is sent.
"""

import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from flask import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PIECES = 10
"""How many pieces a slow body comes in."""

Pause = Callable[[float], None]


class ConnectionLost(ConnectionError):
    """No (further) answer will come; without a socket, the app raises it to its WSGI server."""


class Dropped(Response):
    """Closes the connection without a byte."""

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Close instead of answering."""
        del start_response
        connection = _socket(environ)
        if connection:
            connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionLost("dropped")


class Reset(Response):
    """Resets the connection (TCP RST) without a byte."""

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Reset instead of answering."""
        del start_response
        connection = _socket(environ)
        if connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            # The server's own files keep the socket open, and it would say goodbye first:
            # taking the descriptor from it is the only way to hang up on the spot.
            socket.close(connection.detach())
        raise ConnectionLost("reset")


def slow(response: Response, seconds: float, pause: Pause) -> Response:
    """Return the same, its body coming in pieces over that many seconds."""
    body = response.get_data()

    def pieces() -> Iterator[bytes]:
        step = max(1, -(-len(body) // PIECES))
        for start in range(0, len(body), step):
            pause(seconds / PIECES)
            yield body[start : start + step]

    return _resent(response, pieces(), len(body))


def truncated(response: Response) -> Response:
    """Send half of the body under the whole one's length, then close."""
    body = response.get_data()

    def half() -> Iterator[bytes]:
        yield body[: len(body) // 2]
        raise ConnectionLost("truncated")

    return _resent(response, half(), len(body))


def _resent(response: Response, pieces: Iterator[bytes], length: int) -> Response:
    resent = Response(pieces, response.status, response.headers)
    resent.content_length = length
    return resent


def _socket(environ: "WSGIEnvironment") -> socket.socket | None:
    connection: socket.socket | None = environ.get("werkzeug.socket")
    return connection
