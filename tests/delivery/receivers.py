"""Receivers of hooks on real sockets, which behave as a test says."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

LONG = 20.0  # seconds: no test waits that long
DRIP = 0.02  # seconds


@dataclass
class Receiver:
    """What listens at `port`: how many connections came, and what was asked over them."""

    port: int
    connections: int = 0
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


# Handles a connection until it returns; then the connection is closed.
Behaviour = Callable[[Receiver, socket.socket], None]


def read_request(receiver: Receiver, line: socket.socket) -> bool:
    """Read one request and keep it; False at the end of the connection."""
    with line.makefile("rb") as reader:
        first = reader.readline().decode("latin-1").strip()
        if not first:
            return False
        headers: dict[str, str] = {}
        while row := reader.readline().decode("latin-1").strip():
            name, _, value = row.partition(":")
            before = headers.get(name.lower())
            headers[name.lower()] = (f"{before}, " if before else "") + value.strip()
        body = reader.read(int(headers.get("content-length", "0")))
    receiver.requests.append((first, headers, body))
    return True


def saying(answer: bytes) -> Behaviour:
    """Reply to each request of a connection with these bytes."""

    def behave(receiver: Receiver, line: socket.socket) -> None:
        while read_request(receiver, line):
            line.sendall(answer)

    return behave


def saying_once(answer: bytes) -> Behaviour:
    """Reply to one request with these bytes, and close."""

    def behave(receiver: Receiver, line: socket.socket) -> None:
        read_request(receiver, line)
        line.sendall(answer)

    return behave


def answering(status: int = 200, body: bytes = b"ok", **headers: str) -> Behaviour:
    """Reply to each request of a connection properly."""
    rows = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    rows += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return saying("\r\n".join([*rows, "", ""]).encode() + body)


def hanging(receiver: Receiver, line: socket.socket) -> None:
    """Take the request and say nothing."""
    read_request(receiver, line)
    receiver.ended.wait(LONG)


def dripping(start: bytes, drop: bytes, end: bytes, *, drops: int = int(LONG / DRIP)) -> Behaviour:
    """Send `start`, then `drop` after `drop`, by default longer than a test waits, then `end`."""

    def behave(receiver: Receiver, line: socket.socket) -> None:
        while read_request(receiver, line):
            line.sendall(start)
            for _ in range(drops):
                if receiver.ended.wait(DRIP):
                    return
                line.sendall(drop)
            line.sendall(end)

    return behave


@contextmanager
def receiving(behave: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Listen on a port of its own on 127.0.0.1, each connection in a thread of its own."""
    threads: list[threading.Thread] = []
    lines: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        receiver = Receiver(listener.getsockname()[1])

        def handle(line: socket.socket) -> None:
            line.settimeout(LONG)
            # A sender that hangs up is what many tests are about.
            with suppress(OSError), line:
                if tls is None:
                    behave(receiver, line)
                else:
                    with tls.wrap_socket(line, server_side=True) as encrypted:
                        lines.append(encrypted)
                        behave(receiver, encrypted)

        def accept() -> None:
            while True:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                receiver.connections += 1
                lines.append(line)
                threads.append(threading.Thread(target=handle, args=(line,), daemon=True))
                threads[-1].start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield receiver
        finally:
            receiver.ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
    for line in lines:
        # Those that a sender keeps open end here.
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join(LONG)
