"""The HTTP server: werkzeug's, with connections kept alive as ReturnGO's front end keeps them."""

from io import BytesIO
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class KeepAliveHandler(WSGIRequestHandler):
    """Answers one request after another on a connection; werkzeug's own closes after each."""

    protocol_version = "HTTP/1.1"
    # Head and body are written apart, which Nagle's algorithm would hold up for 40 ms.
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Read the request whole, run the app and send its answer, whose length it knows."""
        environ = self.make_environ()
        try:
            body = self._read_body(environ)
        except (OSError, ValueError):
            self.close_connection = True
            self.wfile.write(BAD_REQUEST)
            return
        environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}

        def start_response(
            status: str,
            headers: list[tuple[str, str]],
            exc_info: object = None,
            /,
        ) -> "Callable[[bytes], object]":
            del exc_info
            code, _, reason = status.partition(" ")
            self.send_response_only(int(code), reason)
            for name, value in headers:
                self.send_header(name, value)
            return self.wfile.write

        pieces = self.server.app(environ, start_response)
        try:
            self.end_headers()
            for piece in pieces:
                self.wfile.write(piece)
        finally:
            if hasattr(pieces, "close"):
                pieces.close()

    def _read_body(self, environ: "WSGIEnvironment") -> bytes:
        """Read all of it, because the next request begins where this one ends."""
        if environ.get("wsgi.input_terminated"):
            chunked: bytes = environ["wsgi.input"].read()
            return chunked
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = self.rfile.read(length)
        if len(body) != length:
            raise ConnectionAbortedError("the request ended early")
        return body

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the calls can be read by a control call."""


def listen(app: "WSGIApplication", host: str, port: int) -> BaseWSGIServer:
    """Open a server for the app; port 0 takes any free one."""
    return make_server(host, port, app, threaded=True, request_handler=KeepAliveHandler)
