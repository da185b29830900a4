"""No poll keeps its caller waiting for long, whatever ReturnGO does."""

import os

import pytest
import requests

from tests.end_to_end.waiting import eventually
from tests.processes import TOKEN, Sandbox, running_bridge

# Seconds: the platforms give up at 30. Beside other tests, a bridge has but a share of the machine.
LONGEST = 20 if "PYTEST_XDIST_WORKER" in os.environ else 10

TROUBLES = (
    {"kind": "delay", "seconds": 25},
    {"kind": "slow", "seconds": 25},
    {"kind": "drop"},
    {"kind": "html"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 429, "body": {"message": "Too Many Requests"}},
)


def ask(url: str) -> requests.Response:
    """Poll; `requests` gives up where the platform's patience would begin to end."""
    return requests.get(
        f"{url}/v1/triggers/new_rma",
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=LONGEST,
    )


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: str(trouble["kind"]))
def test_a_poll_answers_in_time_before_and_after_the_first_reading(
    real_sandbox: Sandbox, database_url: str, trouble: dict[str, object]
):
    with running_bridge(real_sandbox.url, database_url) as bridge:
        fault = {**trouble, "share": 1}
        real_sandbox.control("faults", fault)
        assert ask(bridge.url).status_code in {429, 502, 503, 504}
        real_sandbox.control("faults", method="DELETE")
        eventually(lambda: ask(bridge.url).status_code == 200)
        real_sandbox.control("faults", fault)
        answers = [ask(bridge.url) for _ in range(2)]
        assert {answer.status_code for answer in answers} == {200}
        assert all(answer.json() for answer in answers)
