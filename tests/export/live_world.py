"""The small world of the recorded scenarios, at a sandbox that is a process of its own."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from schemas.calls import PLUMBING
from tests.end_to_end.waiting import eventually
from tests.processes import CALL, SHOPS, Bridge, Sandbox
from tests.recordings.scenarios import scenario_of
from tests.recordings.scenarios.world import World, rma_id


@dataclass(frozen=True)
class LiveWorld(World):
    """A ReturnGO to let things happen at, over HTTP."""

    sandbox: Any  # a Sandbox, where the base has an application in this process

    def rma(self, **options: Any) -> Any:
        """Make a return now: what is older than the baseline would be no event."""
        return self.happen("rmas", **{"status": "Approved", "currency": "EUR", **options})

    def standing_rma(self) -> None:
        """Make nothing: what stands there was there before the first contact."""

    def refund(self, **options: Any) -> Any:
        """Make a refund of the newest return now."""
        return self.happen("transactions", **{"bank_account": True, **options})

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


@dataclass(frozen=True)
class PresentWorld(LiveWorld):
    """A ReturnGO in which things happen now. It remembers what returns and refunds were made."""

    made: dict[str, str] = field(default_factory=dict)
    refunds: set[str] = field(default_factory=set)

    def rma(self, **options: Any) -> Any:
        """Make a return, by itself one that is approved; one of long ago is left alone."""
        made = self.happen("rmas", **{"status": "Approved", "currency": "EUR", **options})
        if "created_at" not in options:
            self.made[rma_id(made)] = made["rmaSummary"]["status"]
        return made

    def refund(self, **options: Any) -> Any:
        """Make a refund of the newest return, by itself one that waits to be paid."""
        now = {name: value for name, value in options.items() if name != "updated_at"}
        refund = self.happen("transactions", **{"bank_account": True, **now})
        self.refunds.add(str(refund["id"]))
        return refund

    def move_on(self) -> None:
        """Move each return on by a status, so that what happened to its parts is read at once.

        One that has moved is read anyhow; if it moved again at once, nobody would see the first.
        """
        for each, status in self.made.items():
            if self.call("GET", f"/rma/{each}", {})["rmaSummary"]["status"] == status:
                self.happen(f"rmas/{each}/status")

    def are_read(self) -> bool:
        """Return whether the bridge has read each return since it was made."""
        calls = {call["path"] for call in self.sandbox.calls()}
        return all(f"/rma/{each}" in calls for each in self.made)


def play(triggers: Iterable[str], world: PresentWorld, bridge: Bridge) -> dict[str, dict[str, Any]]:
    """Let happen what each trigger tells, and answer by which filters it is looked for.

    The bridge sees each thing before it changes.
    """
    keys = list(triggers)
    world.made.clear()
    world.refunds.clear()
    stories = {key: scenario_of(key)(world) for key in keys}
    filters = {key: without_plumbing(next(story)) for key, story in stories.items()}

    def is_seen() -> bool:
        for key in keys:
            bridge.poll(key, limit=1)
        shown = {event["transaction_id"] for event in bridge.poll("new_transaction")}
        return world.are_read() and world.refunds <= shown

    eventually(is_seen)
    for story in stories.values():
        list(story)
    world.move_on()
    return filters


def without_plumbing(given: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what no person fills in."""
    return {name: value for name, value in given.items() if name not in PLUMBING}


def given_to(key: str, sandbox: Sandbox) -> tuple[dict[str, Any], Iterator[Mapping[str, Any]]]:
    """Let a block's scenario begin, and answer what a form holds for it, and the rest of it."""
    story = scenario_of(key)(LiveWorld(sandbox))
    given = next(story)
    return without_plumbing(given), story
