"""The small world of the recorded scenarios, at a sandbox that is a process of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests

from schemas.calls import PLUMBING
from tests.processes import CALL, SHOPS, Sandbox
from tests.recordings.scenarios import scenario_of
from tests.recordings.scenarios.world import World


@dataclass(frozen=True)
class LiveWorld(World):
    """A ReturnGO to let things happen at, over HTTP."""

    sandbox: Any  # a Sandbox, where the base has an application in this process

    def call(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Do something as somebody else who uses ReturnGO."""
        answer = requests.request(
            method,
            f"{self.sandbox.url}{path}",
            json=body,
            headers={"x-api-key": "demo-key", "x-shop-name": SHOPS[0]},
            timeout=CALL,
        )
        answer.raise_for_status()
        return answer.json()


def given_to(key: str, sandbox: Sandbox) -> tuple[dict[str, Any], Iterator[Mapping[str, Any]]]:
    """Let a block's scenario begin, and answer what a form holds for it, and the rest of it."""
    story = scenario_of(key)(LiveWorld(sandbox))
    given = next(story)
    return {name: value for name, value in given.items() if name not in PLUMBING}, story
