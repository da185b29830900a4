"""What a poll is held against: a bare view of the same bytes, and one that asks ReturnGO.

`python -m tests.bench.bare view` serves the one, `… passing` the other, as the bridge is served.
"""

import os
import sys
from pathlib import Path

import requests
from flask import Flask, Response, request

from connector import logs
from connector.cli.web_server import Gunicorn
from connector.config import load


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


def passing() -> Flask:
    """Make an application that asks ReturnGO at UPSTREAM for RMAs, for each request anew."""
    app = Flask("passing")
    session = requests.Session()
    session.headers.update({"x-api-key": "demo-key", "x-shop-name": "demo.myshopify.com"})
    upstream = f"{os.environ['UPSTREAM']}/rmas?pagesize=25"

    @app.get("/")
    def answer() -> Response:
        found = session.get(upstream, timeout=30)
        return Response(found.content, found.status_code, content_type="application/json")

    return app


if __name__ == "__main__":
    SETTINGS = load(
        {
            "BRIDGE_TOKEN": "t" * 32,
            "SECRET_KEY": "s" * 32,
            "ALLOW_RETURNGO_KEYS": "true",
            "WORKERS": "2",
            "PORT": "0",
        }
    )
    logs.configure()  # where it listens is read there
    Gunicorn(SETTINGS, {"view": view, "passing": passing}[sys.argv[1]]).run()
