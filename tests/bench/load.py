"""A load of GET requests over connections that stay open, as cheap as it can be made in Python.

The generator shares the machine with what it measures, so that it must not be what is slow.
"""

import math
import selectors
import socket
import time
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from urllib.parse import urlsplit

from tests.bench.figures import share

LARGEST_READ = 1 << 20
FAR = 7  # requests lie between what two connections begin with
SILENCE = 60.0  # seconds without any answer


@dataclass(frozen=True)
class Request:
    """A GET of a URL, and the headers that go with it."""

    url: str
    headers: Mapping[str, str]

    def written(self) -> bytes:
        """Write it as it goes over the wire."""
        place = urlsplit(self.url)
        path = f"{place.path}?{place.query}" if place.query else place.path
        lines = [f"GET {path} HTTP/1.1", f"Host: {place.netloc}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


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
    def p50(self) -> float:
        """The time that half of the answers did not exceed, in seconds."""
        return share(self.took, 0.5)

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
        self._next = first * FAR
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


def load(
    requests: Sequence[Request],
    *,
    connections: int,
    seconds: float,
    a_second: float = math.inf,
) -> Load:
    """Send `requests` by turns over so many connections, each as fast as it is answered.

    No more than `a_second` are sent; one that is late is made up for. A process of its own does it:
    this one reads what the bridge logs.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_load, requests, connections, seconds, a_second).result()


def _load(requests: Sequence[Request], connections: int, seconds: float, a_second: float) -> Load:
    place = urlsplit(requests[0].url)
    written = [each.written() for each in requests]
    address = (str(place.hostname), int(place.port or 80))
    callers = [_Caller(address, written, number) for number in range(connections)]
    done = Load(seconds)
    idle = deque(callers)
    began, sent = time.perf_counter(), 0
    with selectors.DefaultSelector() as selector:
        for caller in callers:
            selector.register(caller.socket, selectors.EVENT_READ, caller)
        while (now := time.perf_counter()) < began + seconds:
            while idle and sent <= (now - began) * a_second:
                idle.popleft().send()
                sent += 1
            ready = selector.select(min(SILENCE, 1 / a_second) if idle else SILENCE)
            if not ready and not idle:
                raise TimeoutError("nothing was answered for long")
            for key, _ in ready:
                caller = key.data
                if caller.is_done():
                    done.took.append(time.perf_counter() - caller.began)
                    done.statuses[caller.status] = done.statuses.get(caller.status, 0) + 1
                    idle.append(caller)
    for caller in callers:
        caller.socket.close()
    return done
