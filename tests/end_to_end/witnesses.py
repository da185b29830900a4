"""What clients are told while processes die under them, and what happened at ReturnGO."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.processes import SHOPS, Bridge, Sandbox

# How each trigger names the thing that an event is about.
NAMES: dict[str, tuple[str, ...]] = {
    "new_rma": ("rma_id",),
    "rma_status_changed": ("rma_id", "to_status"),
    "refund_requested": ("transaction_id",),
}
BREATH = 0.15  # seconds
Thing = tuple[str, ...]
Event = dict[str, Any]


@dataclass
class Bridges:
    """Several bridges over one database; each is replaced when it has died."""

    standing: list[Bridge]

    def call(self, method: str, path: str, **options: Any) -> requests.Response | None:
        """Call any of them, as a load balancer does; None when it could not serve just now."""
        bridge = random.choice(self.standing)
        try:
            answer = bridge.call(method, path, **options)
        except requests.RequestException:
            return None
        assert answer.status_code in {200, 409, 502, 503, 504}, answer.text
        return answer if answer.status_code == 200 else None


@dataclass
class World:
    """Makes things happen at ReturnGO, and remembers what."""

    sandbox: Sandbox
    happened: dict[str, set[Thing]] = field(
        default_factory=lambda: {trigger: set() for trigger in NAMES}
    )
    pending: list[str] = field(default_factory=list)
    shops: dict[str, str] = field(default_factory=dict)

    def move(self) -> None:
        """Let something happen."""
        shop = random.choice(SHOPS)
        rma = str(self.sandbox.control("rmas", {"shop": shop})["rmaSummary"]["rmaId"])
        self.happened["new_rma"].add((rma,))
        self.pending.append(rma)
        self.shops[rma] = shop
        refund = self.sandbox.control("transactions", {"rma_id": rma, "shop": shop})
        self.happened["refund_requested"].add((str(refund["id"]),))
        if random.random() < 0.5:
            moved = self.pending.pop(random.randrange(len(self.pending)))
            status = "Approved"
            self.sandbox.control(f"rmas/{moved}/status", {"status": status})
            self.happened["rma_status_changed"].add((moved, status))


@dataclass
class Witness:
    """One client of one trigger; `told` is what it was told, by the event's id."""

    bridges: Bridges
    trigger: str
    told: dict[str, Thing] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)

    def begin(self) -> bool:
        """Take what is there as known; tell whether the trigger could be polled."""
        events = self._ask()
        self.known = {event["id"] for event in events or ()}
        self.places = [event["id"] for event in events or ()][:1]
        return bool(events)

    def look(self) -> None:
        """Poll the default page, and take in what was not there before, as Zapier does."""
        for event in self._ask() or ():
            if event["id"] not in self.known:
                self._take(event)

    def walk(self) -> None:
        """Ask for what came after the last event."""
        for event in self._ask(after=self.places[-1]) or ():
            assert event["id"] not in self.places, "it was shown before"
            self.places.append(event["id"])
            self._take(event)

    def _ask(self, **query: str) -> list[Event] | None:
        answer = self.bridges.call("GET", f"/v1/triggers/{self.trigger}", params=query)
        return None if answer is None else list(answer.json())

    def _take(self, event: Event) -> None:
        thing = tuple(str(event[name]) for name in NAMES[self.trigger])
        assert self.told.setdefault(event["id"], thing) == thing, "an id stands for one event"


@contextmanager
def repeated(deed: Callable[[], object]) -> Iterator[None]:
    """Do something again and again beside the block; what it raises comes out in the end."""
    is_over = threading.Event()
    troubles: list[BaseException] = []

    def work() -> None:
        try:
            while not is_over.wait(BREATH):
                deed()
        except BaseException as error:  # noqa: BLE001 - it is raised again
            troubles.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
    if troubles:
        raise troubles[0]
