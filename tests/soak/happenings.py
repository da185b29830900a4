"""What happens at the simulated ReturnGO during a soak, and is to be told."""

import random
import threading
from dataclasses import dataclass, field

from tests.processes import SHOPS, Sandbox

# How each trigger names the thing that an event is about.
NAMES: dict[str, tuple[str, ...]] = {
    "new_rma": ("rma_id",),
    "rma_status_changed": ("rma_id", "to_status"),
    "rma_approved": ("rma_id",),
    "refund_requested": ("transaction_id",),
    "new_transaction": ("transaction_id",),
}
Thing = tuple[str, ...]
EACH = 1.5  # seconds


@dataclass
class World:
    """Makes returns, lets them be approved and refunds be requested, and remembers all of it."""

    sandbox: Sandbox
    happened: dict[str, set[Thing]] = field(
        default_factory=lambda: {trigger: set() for trigger in NAMES}
    )
    pending: list[str] = field(default_factory=list)

    def live(self, has_ended: threading.Event) -> None:
        """Let something happen again and again."""
        while not has_ended.wait(random.uniform(0, 2 * EACH)):
            self.move()

    def move(self) -> None:
        """Make a return with a refund; approve one of before, half of the times."""
        shop = random.choice(SHOPS)
        rma = str(self.sandbox.control("rmas", {"shop": shop})["rmaSummary"]["rmaId"])
        self.happened["new_rma"].add((rma,))
        self.pending.append(rma)
        refund = self.sandbox.control("transactions", {"rma_id": rma, "shop": shop})
        self.happened["refund_requested"].add((str(refund["id"]),))
        self.happened["new_transaction"].add((str(refund["id"]),))
        if random.random() < 0.5:
            moved = self.pending.pop(random.randrange(len(self.pending)))
            self.sandbox.control(f"rmas/{moved}/status", {"status": "Approved"})
            self.happened["rma_status_changed"].add((moved, "Approved"))
            self.happened["rma_approved"].add((moved,))


def thing_of(trigger: str, event: dict[str, object]) -> Thing:
    """Return what an event is about."""
    return tuple(str(event[name]) for name in NAMES[trigger])
