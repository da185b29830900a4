"""One running sandbox: its world with clock, gate, faults and records, and the lock over them."""

import time
from dataclasses import dataclass, field
from random import Random
from threading import RLock
from typing import TYPE_CHECKING

from connector.sandbox.exact_json import dumps
from connector.sandbox.gateway.faults import FaultBoard
from connector.sandbox.gateway.gate import Gate
from connector.sandbox.outbound.deliveries import Deliveries, Ticks
from connector.sandbox.outbound.payloads import payload
from connector.sandbox.world.invent import Inventor
from connector.sandbox.world.seed import populate
from connector.sandbox.world.stale import StaleParcels
from connector.sandbox.world.ways import Ways
from connector.sandbox.world.world import World

if TYPE_CHECKING:
    from connector.sandbox.clock import Clock
    from connector.sandbox.gateway.calls import Call
    from connector.sandbox.world.models import Thing


@dataclass
class Simulation:
    """All state of a sandbox; whoever touches it holds `lock`."""

    clock: "Clock"
    seed: int = 1
    daily_limit: int = 2000
    second_limit: int = 5
    gateway_forbidden: bool = False
    empty: bool = False
    ticks: Ticks = time.monotonic
    first_ways: Ways = field(default_factory=Ways)
    lock: RLock = field(default_factory=RLock)
    world: World = field(init=False)
    stale: StaleParcels = field(init=False)
    inventor: Inventor = field(init=False)
    gate: Gate = field(init=False)
    faults: FaultBoard = field(init=False)
    calls: "list[Call]" = field(init=False)
    deliveries: Deliveries = field(init=False)

    def __post_init__(self) -> None:
        """Begin."""
        self.deliveries = Deliveries(self.clock, self.ticks)
        self.reset()

    @property
    def ways(self) -> Ways:
        """How this ReturnGO behaves now."""
        return self.world.ways

    @ways.setter
    def ways(self, ways: Ways) -> None:
        self.world.ways = ways

    def reset(self, *, seed: int | None = None, empty: bool | None = None) -> None:
        """Go back to the start, this once with another seed or without any return."""
        seed = self.seed if seed is None else seed
        rng = Random(seed)
        self.clock.restart()
        self.world = World(rng, self.first_ways)
        self.stale = StaleParcels()
        self.inventor = Inventor(self.world, rng)
        self.gate = Gate(
            self.clock, self.daily_limit, self.second_limit, forbidden=self.gateway_forbidden
        )
        self.faults = FaultBoard(seed)
        self.calls = []
        self.deliveries.reset(seed)
        if not (self.empty if empty is None else empty):
            populate(self.inventor, rng, self.clock.now())
        self.world.settle(self.clock.now())
        # What stands in the history is long over, so only now is there anything to tell.
        self.world.tell = self._tell

    def _tell(self, event_name: str, thing: "Thing") -> None:
        """Deliver an event to where the thing's shop wants to hear of it."""
        for webhook in self.world.webhooks.values():
            if (webhook.shop, webhook.event_name) == (thing.shop, event_name):
                body = payload(self.deliveries.behaviour.shape, event_name, thing)
                self.deliveries.announce(webhook, dumps(body))
