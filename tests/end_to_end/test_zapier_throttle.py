"""What Zapier's own package makes of the bridge's 429: when it lets a step run again."""

import json
import re
import subprocess
from typing import Any

import pytest
import requests

from tests.processes import ROOT, TOKEN, Bridge, Sandbox, running_bridge
from tests.tools import missing, path_of

NODE = ROOT / "tests" / "node"
COMMENT = {"rma_id": "1", "text": "Parcel arrived."}


def ask_through_zapier(bridge: Bridge) -> list[dict[str, Any]]:
    """Have a Zapier app poll and act; answer what it was told, of both."""
    node = path_of("node")
    if not (NODE / "node_modules" / "zapier-platform-core").exists():
        missing("the packages of tests/node (make test installs them)")
    done = subprocess.run(
        [node, NODE / "throttle.js", bridge.url, TOKEN],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    *_, told = done.stdout.splitlines()  # above it stands what the package says of its memory
    return list(json.loads(told))


def ask(bridge: Bridge) -> list[requests.Response]:
    """Poll and act without Zapier."""
    poll = bridge.call("GET", "/v1/triggers/new_rma")
    return [poll, bridge.act("add_rma_comment", COMMENT)]


def seconds(answer: requests.Response) -> int:
    """Read when to come back, which must not be before the day has its calls again."""
    assert answer.status_code == 429, answer.text
    (left,) = re.findall(r'^"day";r=0;t=(\d+)$', answer.headers["RateLimit"])
    assert re.fullmatch(r"\d+", answer.headers["Retry-After"])
    assert int(answer.headers["Retry-After"]) >= int(left)
    return int(answer.headers["Retry-After"])


@pytest.mark.parametrize("limit", ["1", "1000"], ids=["the bridge's count", "ReturnGO's word"])
def test_zapier_waits_as_long_as_a_spent_day_lasts(
    real_sandbox: Sandbox, database_url: str, limit: str
):
    with running_bridge(
        real_sandbox.url, database_url, RETURNGO_DAILY_LIMIT=limit, WORKERS="1"
    ) as bridge:
        if limit == "1":
            assert bridge.call("GET", "/v1/me").status_code == 200
        else:
            real_sandbox.control("limits", {"used": 10**6})
        before = [seconds(answer) for answer in ask(bridge)]
        told = ask_through_zapier(bridge)
        after = [seconds(answer) for answer in ask(bridge)]
    assert [each["name"] for each in told] == ["ThrottledError"] * 2
    for earlier, each, later in zip(before, told, after, strict=True):
        assert earlier >= each["delay"] >= later
        assert isinstance(each["delay"], int)


def test_zapier_waits_after_a_throttle_that_does_not_end(real_sandbox: Sandbox, database_url: str):
    throttle = {"status": 429, "body": {"message": "Too Many Requests"}, "count": 10**6}
    with running_bridge(real_sandbox.url, database_url, WORKERS="1") as bridge:
        real_sandbox.control("faults", throttle)
        _, told = ask_through_zapier(bridge)
    assert told["name"] == "ThrottledError"
    assert isinstance(told["delay"], int)
    assert told["delay"] >= 1
