"""Doing what a recipe says, as a platform would: real polls, real calls, each action twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.end_to_end.recipes import (
    MAPPED,
    Recipe,
    Step,
    Workflow,
    field_names,
    follow,
)
from tests.end_to_end.waiting import eventually
from tests.processes import CALL, SHOPS, Bridge, Sandbox

# Not the connection's first shop: a page that forgets to map Shop does not get through.
SHOP = SHOPS[1]


@dataclass
class Run:
    """A page being followed.

    `answers` are those of the present workflow's steps by their numbers, `found` all that its
    searches found. `told` is what other apps were given, by app and step. `rma_ids` are the
    returns that were made at ReturnGO on the way, `costs` what each workflow took of its calls,
    and `asked` what the test did.
    """

    sandbox: Sandbox
    bridge: Bridge
    recipe: Recipe
    answers: dict[int, Any] = field(default_factory=dict)
    found: dict[int, list[Any]] = field(default_factory=dict)
    told: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    rma_ids: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    costs: list[int] = field(default_factory=list)
    asked: int = 0

    def follow(self, meanwhile: Mapping[str, Any], outside: Mapping[str, Any]) -> None:
        """Do all of the page: `meanwhile` and `outside` tell what is not ours to do."""
        for workflow in self.recipe.workflows:
            self.turn_on(workflow)
        for workflow in self.recipe.workflows:
            self.turn_on(workflow)
            self.answers.clear()
            calls_before = self.calls()
            for each in workflow.course:
                if isinstance(each, str):
                    meanwhile[each](self)
                else:
                    self.answers[each.number] = self.do(each, outside)
            self.costs.append(self.calls() - calls_before)

    def turn_on(self, workflow: Workflow) -> None:
        """Take what there is for seen, as platforms do when a workflow is switched on."""
        for step in workflow.steps:
            if step.who == "Trigger":
                self.seen.update(event["id"] for event in self.poll(step))

    def do(self, step: Step, outside: Mapping[str, Any]) -> Any:
        """Do a step, and answer what later steps may map."""
        match step.who:
            case "Trigger":
                events = eventually(lambda: self.unseen(step))
                assert len(events) == 1, f"{step.what} triggers {len(events)} times"
                self.seen.add(events[0]["id"])
                return events[0]
            case "Action":
                return self.act_twice(step)
            case "Search":
                return self.search(step)
        # another app: the page's example is its answer
        told = {name: self.fill(value) for name, value in step.takes.items()}
        self.told[step.who, step.what] = told
        return {
            name: outside[value](self) if value.startswith("*") else value
            for name, value in step.gives.items()
        }

    def fill(self, value: str) -> Any:
        """Put in what earlier steps answered; a field that is nothing but mapped keeps its type."""
        if alone := MAPPED.fullmatch(value):
            return follow(self.answers[int(alone[1])], alone[2])
        return MAPPED.sub(lambda each: str(follow(self.answers[int(each[1])], each[2])), value)

    def fields(self, step: Step) -> dict[str, Any]:
        """Fill in the fields of one of our blocks."""
        assert step.block is not None
        names = field_names(step.block)
        filled = {label: self.fill(value) for label, value in step.takes.items()}
        empty = [label for label, value in filled.items() if value in (None, "")]
        assert not empty, f"{step.what} is given nothing for {empty}"
        return {names[label]: value for label, value in filled.items()}

    def poll(self, step: Step) -> list[dict[str, Any]]:
        """Poll a trigger with its filters."""
        assert step.block is not None
        return self.bridge.poll(step.block.key, **self.fields(step))

    def unseen(self, step: Step) -> list[dict[str, Any]]:
        """Return what a trigger has that was not there before."""
        return [event for event in self.poll(step) if event["id"] not in self.seen]

    def act_twice(self, step: Step) -> Any:
        """Do an action, and repeat it as platforms do: ReturnGO must have it once."""
        assert step.block is not None
        fields = self.fields(step)
        written_before = self.written()
        first, again = (self.bridge.act(step.block.key, fields) for _ in range(2))
        assert first.status_code == 200, first.text
        assert again.headers.get("Idempotency-Replayed") == "true"
        assert again.json() == first.json()
        assert self.written() == written_before + 1, f"{step.what} was not done exactly once"
        return first.json()

    def search(self, step: Step) -> Any:
        """Search; later steps map from the first that is found, as in Zapier."""
        assert step.block is not None
        answer = self.bridge.call("GET", f"/v1/actions/{step.block.key}", params=self.fields(step))
        assert answer.status_code == 200, answer.text
        self.found[step.number] = answer.json()
        assert self.found[step.number], f"{step.what} finds nothing"
        return self.found[step.number][0]

    def written(self) -> int:
        """Count the writes that changed something at ReturnGO."""
        return sum(call["applied"] for call in self.sandbox.calls())

    def calls(self) -> int:
        """Count the calls that the bridge has made."""
        return len(self.sandbox.calls()) - self.asked

    def make_rma(self, *, shop: str = SHOP, **options: Any) -> None:
        """Have a customer ask for a return."""
        rma = self.sandbox.control("rmas", {"shop": shop, **options})
        self.rma_ids.append(rma["rmaSummary"]["rmaId"])

    def rma(self, number: int = -1, shop: str = SHOP) -> Any:
        """Read a return that was made on the way as ReturnGO shows it, by default the last."""
        return self.ask("GET", f"/rma/{self.rma_ids[number]}", shop).json()

    def ask(self, method: str, path: str, shop: str = SHOP, **options: Any) -> requests.Response:
        """Call ReturnGO's own API, as neither the bridge nor the page does."""
        self.asked += 1
        headers = {"x-api-key": "demo-key", "x-shop-name": shop}
        answer = requests.request(
            method, f"{self.sandbox.url}{path}", headers=headers, timeout=CALL, **options
        )
        answer.raise_for_status()
        return answer
