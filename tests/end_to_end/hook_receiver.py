"""A receiver of hooks: a real HTTP server on many of this machine's addresses."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HANGING = "hangs"  # a path that never answers


@dataclass
class Receiver:
    """What has arrived, in the order of arriving: path, headers, body; and when (Unix time).

    What arrives at a path of `refusing` is answered with 500, once.
    """

    port: int = 0
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    arrived_at: list[float] = field(default_factory=list)
    refusing: set[str] = field(default_factory=set)

    def url(self, path: str, host: int = 1) -> str:
        """Return the URL of a path on one of many hosts, each of which has a pace of its own."""
        return f"http://127.0.{host // 250}.{1 + host % 250}:{self.port}/{path}"

    def first_of_each(self, most: int) -> list[tuple[str, dict[str, str], bytes]]:
        """Return what has arrived at each path first, that many at most."""
        seen = Counter[str]()
        first = []
        for each in list(self.received):
            seen[each[0]] += 1
            if seen[each[0]] <= most:
                first.append(each)
        return first

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.received]


class _Server(ThreadingHTTPServer):
    request_queue_size = 256

    def handle_error(self, *_: object) -> None:
        """Say nothing of who was killed in the middle of a connection."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Receive hooks until the end of the block; each is answered with 200, but for a few paths."""
    receiver = Receiver()
    has_ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if len(body) < int(self.headers["Content-Length"]):
                self.close_connection = True  # whoever sent it was killed
                return
            if self.path == f"/{HANGING}":
                has_ended.wait()
                self.close_connection = True
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            path = self.path.removeprefix("/")
            is_refused = path in receiver.refusing
            receiver.refusing.discard(path)
            receiver.received.append((path, headers, body))
            receiver.arrived_at.append(time.time())
            self.send_response(500 if is_refused else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = _Server(("0.0.0.0", 0), Handler)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        has_ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
