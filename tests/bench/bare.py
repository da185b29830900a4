"""What a poll is held against: a bare Flask view of the same bytes."""

import os
from pathlib import Path

from flask import Flask, Response, request


def view() -> Flask:
    """Make an application that answers the file BARE_BODY, and 304 where its ETag is named."""
    app = Flask("bare")
    body = Path(os.environ["BARE_BODY"]).read_bytes()

    @app.get("/")
    def answer() -> Response:
        return Response(body, content_type="application/json")

    @app.get("/tagged")
    def tagged() -> Response:
        response = Response(body, content_type="application/json")
        response.set_etag("tag")
        response.make_conditional(request)
        return response

    @app.get("/empty")
    def empty() -> Response:
        return Response(b"[]", content_type="application/json")

    return app
