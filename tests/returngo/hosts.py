"""Servers on real sockets that behave as a test says."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Host:
    """A server that behaves as a test says, and keeps what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.seen: list[tuple[str, dict[str, str], bytes]] = []


@contextmanager
def serving(behave: Behaviour) -> Iterator[Host]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        host: ClassVar[Host]

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.host.seen.append((f"{self.command} {self.path}", headers, body))
            behave(self)

        do_PUT = do_POST = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    class Patient(ThreadingHTTPServer):
        request_queue_size = 64

    server = Patient(("127.0.0.1", 0), Handler)
    Handler.host = Host(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Handler.host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answering(status: int = 200, body: bytes = b"{}", **headers: str) -> Behaviour:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave
