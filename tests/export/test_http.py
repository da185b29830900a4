"""Every example of docs/platforms/http.md is run, against a bridge on another port."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.end_to_end.ports import free_ports
from tests.end_to_end.waiting import eventually
from tests.export.conftest import Live
from tests.processes import ROOT
from tests.tools import path_of

PAGE = (ROOT / "docs" / "platforms" / "http.md").read_text(encoding="utf-8")
BRIDGE = "http://127.0.0.1:8080"


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def http(live: Live) -> Live:
    """Wait until the bridge has read its shops for the first time."""
    live.sandbox.control("transactions")
    eventually(lambda: live.bridge.call("GET", "/v1/triggers/refund_requested").ok)
    return live


def test_the_curl_lines_of_the_page_work(http: Live):
    path_of("curl")
    bridge, sandbox = http.bridge, http.sandbox

    def paste(example: str) -> Any:
        assert BRIDGE in example
        lines = example.replace(BRIDGE, bridge.url).replace("curl -H", "curl -sf -H")
        done = subprocess.run(
            ["bash", "-ec", lines], capture_output=True, text=True, check=True, timeout=30
        )
        return json.loads(done.stdout)

    me, poll, act, subscribe = examples("sh")
    assert paste(me)["label"]
    events = paste(poll)
    done = paste(act)
    assert done["transaction_id"] in {event["transaction_id"] for event in events}
    assert sandbox.transaction(done["transaction_id"])["status"] == "Success"
    assert paste(subscribe)["secret"].startswith("whsec_")


def test_the_polling_script_of_the_page_pays_each_refund_once(http: Live, tmp_path: Path):
    sandbox = http.sandbox
    script = examples("python")[0].replace(BRIDGE, http.bridge.url)

    def run() -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    assert run() == [], "what is there already is no news"
    made = [str(sandbox.control("transactions")["id"]) for _ in range(3)]
    paid: list[str] = []

    def are_paid() -> bool:
        paid.extend(run())
        return len(paid) >= len(made)

    eventually(are_paid)
    assert sorted(paid) == sorted(made)
    assert run() == [], "nothing twice"
    assert {sandbox.transaction(each)["status"] for each in made} == {"Success"}


def test_the_receiver_of_the_page_takes_what_is_signed_and_nothing_else(http: Live):
    bridge, script = http.bridge, examples("python")[1]
    (port,) = free_ports(1)
    target = f"http://127.0.0.1:{port}/refunds"
    asked = {"trigger": "refund_requested", "target_url": target}
    hook = bridge.call("POST", "/v1/hooks", json=asked).json()
    with running(script.replace("9000", str(port)), HOOK_SECRET=hook["secret"]) as printed:
        eventually(partial(answers, target))
        test = bridge.call("POST", f"/v1/hooks/{hook['id']}/test").json()
        assert (test["delivered"], test["status"]) == (True, 204), test
        forged = requests.post(target, json={"id": "forged"}, timeout=10)
        assert forged.status_code == 400
    sample = bridge.call("GET", "/v1/triggers/refund_requested/sample").json()
    assert printed == [sample["id"]]


def answers(url: str) -> bool:
    try:
        return requests.post(url, data=b"", timeout=10).status_code == 400
    except requests.ConnectionError:
        return False


@contextmanager
def running(script: str, **environ: str) -> Iterator[list[str]]:
    """Run a script until the end of the block; then answer the lines that it printed."""
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    printed: list[str] = []
    try:
        yield printed
    finally:
        process.terminate()
        told, _ = process.communicate(timeout=10)
        printed.extend(told.split())
