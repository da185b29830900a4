"""One running sandbox: its world with clock, gate, faults and record, and the lock over them."""

from dataclasses import dataclass, field
from random import Random
from threading import RLock
from typing import TYPE_CHECKING

from connector.sandbox.faults import FaultBoard
from connector.sandbox.gate import Gate
from connector.sandbox.invent import Inventor
from connector.sandbox.seed import populate
from connector.sandbox.world import World

if TYPE_CHECKING:
    from connector.sandbox.calls import Call
    from connector.sandbox.clock import Clock


@dataclass
class Simulation:
    """All state of a sandbox; whoever touches it holds `lock`."""

    clock: "Clock"
    seed: int = 1
    daily_limit: int = 2000
    second_limit: int = 100
    gateway_forbidden: bool = False
    empty: bool = False
    lock: RLock = field(default_factory=RLock)
    world: World = field(init=False)
    inventor: Inventor = field(init=False)
    gate: Gate = field(init=False)
    faults: FaultBoard = field(init=False)
    calls: "list[Call]" = field(init=False)

    def __post_init__(self) -> None:
        """Begin."""
        self.reset()

    def reset(self, *, seed: int | None = None, empty: bool | None = None) -> None:
        """Go back to the start, this once with another seed or without any return."""
        seed = self.seed if seed is None else seed
        rng = Random(seed)
        self.clock.restart()
        self.world = World(rng)
        self.inventor = Inventor(self.world, rng)
        self.gate = Gate(
            self.clock, self.daily_limit, self.second_limit, forbidden=self.gateway_forbidden
        )
        self.faults = FaultBoard(seed)
        self.calls = []
        if not (self.empty if empty is None else empty):
            populate(self.inventor, rng, self.clock.now())
