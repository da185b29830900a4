"""What a bridge and a worker print, from their start to their end: JSON, a line each."""

import json
import logging
import os
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

from connector.cli.web_server import without_what_was_sent
from tests.end_to_end.hook_receiver import receiving
from tests.end_to_end.waiting import eventually
from tests.processes import CALL, Bridge, Sandbox, running_bridge, running_worker

SENT = "sent-by-a-client"


def send(bridge: Bridge, request: str) -> str:
    """Send what is no HTTP, and return the answer."""
    url = urlsplit(bridge.url)
    with socket.create_connection((url.hostname, url.port), timeout=CALL) as line:
        line.sendall(request.encode())
        return line.recv(1000).decode()


def test_all_that_a_bridge_and_a_worker_print_is_json_a_line_each(
    real_sandbox: Sandbox, tmp_path: Path
):
    url = f"sqlite:///{tmp_path / 'bridge.sqlite3'}"
    with (
        receiving() as receiver,
        running_bridge(real_sandbox.url, url) as bridge,
        running_worker(real_sandbox.url, url) as worker,
    ):
        body = {"trigger": "refund_requested", "target_url": receiver.url("path")}
        assert bridge.call("POST", "/v1/hooks", json=body).status_code == 201
        real_sandbox.control("transactions")
        eventually(lambda: receiver.received)
        header = f"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SENT}\x01\r\n\r\n"
        assert send(bridge, header).startswith("HTTP/1.1 400")
        assert send(bridge, f"GET /{SENT} HTTP/9.9\r\n\r\n").startswith("HTTP/1.1 400")
        (served,) = bridge.workers()
        os.kill(served, signal.SIGKILL)
        eventually(lambda: sum("web.started" in line for line in bridge.log) == 2)
        assert bridge.poll("refund_requested")
    printed = [json.loads(line) for line in [*bridge.log, *worker.log]]
    levels = {line["event"].split(" (")[0].split(":")[0]: line["level"] for line in printed}

    assert all(line["timestamp"].endswith("Z") for line in printed)
    assert levels["Listening at"] == levels["web.request"] == levels["worker.stopped"] == "info"
    assert levels["delivery.sent"] == levels["Shutting down"] == "info"
    assert levels["Invalid request"] == "warning"
    assert levels["Worker"] == "error", "it was killed"
    assert SENT not in str(printed)


def test_what_gunicorn_says_of_a_request_holds_nothing_of_it():
    def said(message: str, *arguments: object) -> str:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, message, arguments, None)
        assert without_what_was_sent(record)
        return record.getMessage()

    assert said("Error handling request %s %s", "GET", f"/{SENT}") == "Error handling request"
    assert said("Booting worker with pid: %s", 7) == "Booting worker with pid: 7"
