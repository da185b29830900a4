"""The clients of a soak: those that poll, and those that act and repeat what is in doubt."""

import random
import threading
import time
from dataclasses import dataclass, field

from tests.deeds import writes
from tests.processes import SHOPS, Sandbox
from tests.soak.answers import Line
from tests.soak.happenings import Thing, thing_of

BETWEEN = 0.5  # seconds between two polls of a client: ten clients make twenty polls a second
PAGE = "100"  # more than happens while something is down


@dataclass
class Poller:
    """A client of one trigger; `told` has each event's id once for each time it was shown."""

    line: Line
    trigger: str
    walks: bool
    told: list[tuple[str, Thing]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    place: str = ""
    tag: str = ""

    def begin(self) -> bool:
        """Take what is there as known; return whether there is anything."""
        answer = self._ask({"limit": PAGE})
        events = answer or []
        self.known = {str(event["id"]) for event in events}
        self.place = str(events[0]["id"]) if events else ""
        return bool(events)

    def poll(self) -> None:
        """Ask for what came after the last event, or for the newest, where they have changed."""
        events = self._ask({"after": self.place} if self.walks else {"limit": PAGE})
        for event in events if self.walks else reversed(events):
            id_ = str(event["id"])
            if self.walks:
                self.place = id_  # all that is shown counts, also what was shown before
            elif id_ in self.known:
                continue
            self.known.add(id_)
            self.told.append((id_, thing_of(self.trigger, event)))

    def live(self, has_ended: threading.Event) -> None:
        """Poll at an even pace."""
        due = time.monotonic() + random.uniform(0, BETWEEN)
        while not has_ended.wait(max(0.0, due - time.monotonic())):
            # a client that was held up does not make up for it
            due = max(due + BETWEEN, time.monotonic())
            self.poll()

    def _ask(self, query: dict[str, str]) -> list[dict[str, object]]:
        headers = {"If-None-Match": self.tag} if self.tag and not self.walks else {}
        path = f"/v1/triggers/{self.trigger}"
        answer = self.line.call("poll", "GET", path, params=query, headers=headers)
        if answer is None or answer.status_code != 200:
            return []
        self.tag = answer.headers.get("ETag", "")
        return list(answer.json())


@dataclass
class Actor:
    """Comments on returns and settles refunds, each under a key of its own, until told that it is.

    Each fifth is asked for twice, though it was done.
    """

    line: Line
    sandbox: Sandbox
    name: str
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    done: int = 0
    repeated: int = 0

    def prepare(self, deeds: int) -> None:
        """Make what is acted on."""
        shop = random.choice(SHOPS)
        for number, rma in enumerate(self.sandbox.control("rmas", {"shop": shop, "count": deeds})):
            word = f"{self.name} {number}"
            id_ = str(rma["rmaSummary"]["rmaId"])
            comment = {"rma_id": id_, "text": word}
            self.asked.append(("add_rma_comment", f"/rma/{id_}/comment", comment))
            refund = self.sandbox.control("transactions", {"shop": shop, "rma_id": id_})
            paid = {"transaction_id": str(refund["id"]), "status": "Success"}
            paid["external_reference_id"] = word
            self.asked.append(("record_transaction", f"/transaction/{refund['id']}", paid))
        for number, (_, _, fields) in enumerate(self.asked):
            fields.update(shop=shop, idempotency_key=f"{self.name}-{number}")
        random.shuffle(self.asked)

    def live(self, has_ended: threading.Event) -> None:
        """Act, one deed after the other, about one in a second."""
        for _ in range(len(self.asked)):
            if has_ended.wait(random.uniform(0.5, 1.5)):
                return
            self._do(self.done)
            self.done += 1

    def _do(self, number: int) -> None:
        action, _, fields = self.asked[number]
        while not self._is_done(action, fields):
            time.sleep(1)
        if number % 5 == 0:
            self.repeated += 1
            while not self._is_done(action, fields):
                time.sleep(1)

    def _is_done(self, action: str, fields: dict[str, str]) -> bool:
        answer = self.line.call("action", "POST", f"/v1/actions/{action}", json=fields)
        return answer is not None and answer.status_code == 200


def astray(sandbox: Sandbox, actors: list[Actor]) -> tuple[list[str], list[str]]:
    """Return the writes that were asked for and never done, and those done more than once."""
    counted: dict[str, int] = {}
    for call in writes(sandbox):
        if call["applied"]:
            counted[call["path"]] = counted.get(call["path"], 0) + 1
    wanted = [entry for actor in actors for _, entry, _ in actor.asked[: actor.done]]
    lost = [entry for entry in wanted if entry not in counted]
    doubled = [entry for entry, times in counted.items() if times > 1 or entry not in wanted]
    return lost, doubled
