"""/healthz answers while all threads of a web process wait."""

import sys
from contextlib import ExitStack
from socket import create_connection

import requests

from connector.threads import WEB_THREADS
from tests.processes import Server, serving, start

# An application of which each answer but one waits until nobody asks any more.
HANGS = """
import time
from connector import logs
from connector.cli.web_server import Gunicorn
from connector.config import load

def application(environ, start_response):
    while environ["PATH_INFO"] != "/healthz":
        time.sleep(0.1)
    start_response("200 OK", [("Content-Length", "0")])
    return []

logs.configure()
Gunicorn(load(), lambda: application).run()
"""
SETTINGS = {
    "ALLOW_RETURNGO_KEYS": "true",
    "SECRET_KEY": "s" * 32,
    "PORT": "0",
    "WORKERS": "1",
}
LONGEST = 10  # seconds: load balancers give up


def test_healthz_answers_while_all_threads_wait_and_more_are_wanted():
    server = Server(start([sys.executable, "-c", HANGS], SETTINGS))
    with serving(server, r"Listening at: (http://\S+)"), ExitStack() as lines:
        host, _, port = server.url.removeprefix("http://").partition(":")
        for _ in range(2 * WEB_THREADS):
            line = lines.enter_context(create_connection((host, int(port))))
            line.sendall(b"GET /v1/me HTTP/1.1\r\nHost: bridge\r\n\r\n")
        with requests.Session() as kept:
            asked = [kept.get(f"{server.url}/healthz", timeout=LONGEST) for _ in range(2)]
        assert [answer.status_code for answer in asked] == [200, 200]
        server.kill()
