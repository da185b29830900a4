"""A load of GET requests over connections that stay open, as cheap as it can be made in Python.

The generator shares the machine with what it measures, so that it must not be what is slow.
"""

import selectors
import socket
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.bench.figures import share

LARGEST_READ = 1 << 20
SILENCE = 60.0  # seconds without any answer


@dataclass
class Load:
    """What came of a load: seconds for each answer, and how often each status was answered."""

    seconds: float
    took: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.took) / self.seconds

    @property
    def p99(self) -> float:
        """The time that 99 of 100 answers did not exceed, in seconds."""
        return share(self.took, 0.99)


class _Caller:
    """One connection, which sends the next request as soon as it has its answer."""

    def __init__(self, address: tuple[str, int], requests: list[bytes], first: int) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = requests
        self._next = first
        self._missing = -1
        self._head = b""
        self.began = 0.0
        self.status = 0

    def send(self) -> None:
        self.socket.sendall(self._requests[self._next % len(self._requests)])
        self._next += 1
        self.began = time.perf_counter()
        self._missing, self._head = -1, b""

    def is_done(self) -> bool:
        """Read what is there, and tell whether the answer is whole."""
        read = self.socket.recv(LARGEST_READ)
        if not read:
            raise ConnectionError("the server closed the connection")
        if self._missing < 0:
            self._head += read
            head, end, body = self._head.partition(b"\r\n\r\n")
            if not end:
                return False
            self.status = int(head[9:12])
            self._missing = _length(head) - len(body)
        else:
            self._missing -= len(read)
        return self._missing == 0


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0  # as 304 has none


def load(urls: list[str], headers: dict[str, str], *, connections: int, seconds: float) -> Load:
    """GET the `urls` by turns over so many connections, each as fast as it is answered."""
    place = urlsplit(urls[0])
    written = [_request(url, headers) for url in urls]
    address = (str(place.hostname), int(place.port or 80))
    callers = [_Caller(address, written, number) for number in range(connections)]
    done = Load(seconds)
    with selectors.DefaultSelector() as selector:
        for caller in callers:
            selector.register(caller.socket, selectors.EVENT_READ, caller)
            caller.send()
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            ready = selector.select(SILENCE)
            if not ready:
                raise TimeoutError("nothing was answered for long")
            for key, _ in ready:
                caller = key.data
                if caller.is_done():
                    done.took.append(time.perf_counter() - caller.began)
                    done.statuses[caller.status] = done.statuses.get(caller.status, 0) + 1
                    caller.send()
    for caller in callers:
        caller.socket.close()
    return done


def _request(url: str, headers: dict[str, str]) -> bytes:
    place = urlsplit(url)
    path = f"{place.path}?{place.query}" if place.query else place.path
    lines = [f"GET {path} HTTP/1.1", f"Host: {place.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
