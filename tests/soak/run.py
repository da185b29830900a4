"""A bridge of real processes under load for a while, with troubles at their times."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.end_to_end.waiting import eventually
from tests.processes import SHOPS
from tests.soak.answers import Line
from tests.soak.clients import Actor, Poller
from tests.soak.happenings import NAMES, World
from tests.soak.memory import Memory
from tests.soak.service import Service, service
from tests.soak.troubles import Troubles
from tests.soak.verdict import hooked

ACTORS = 2
READ = 10.0  # seconds after which what was made before is told to nobody any more
CATCHING_UP = 600.0  # seconds, at most
AFTERWARDS = 5.0  # seconds in which something may come twice


@dataclass
class Soak:
    """All that took part; the moments are seconds, monotonic.

    `polls` are those that were made from `began` until `ended`.
    """

    service: Service
    line: Line
    world: World
    pollers: list[Poller]
    actors: list[Actor]
    memory: Memory
    troubles: Troubles
    began: float = 0.0
    ended: float = 0.0
    polls: int = 0

    def run(self, seconds: float) -> None:
        """Let all live for so long, and the troubles come."""
        has_ended = threading.Event()
        lives: list[Callable[[threading.Event], None]] = [self.world.live, self.memory.live]
        lives += [each.live for each in self.pollers] + [each.live for each in self.actors]
        threads = [threading.Thread(target=live, args=[has_ended]) for live in lives]
        self.began = time.monotonic()
        for thread in threads:
            thread.start()
        try:
            self.troubles.run(seconds)
        finally:
            self.ended = time.monotonic()
            self.polls = sum(self.line.statuses["poll"].values())
            has_ended.set()
            for thread in threads:
                thread.join()

    def catch_up(self) -> None:
        """Poll on until all that happened is told, or for so long that the rest is lost."""
        until = time.monotonic() + CATCHING_UP
        while not self._is_all_told() and time.monotonic() < until:
            time.sleep(1)
        time.sleep(AFTERWARDS)
        self._is_all_told()

    def _is_all_told(self) -> bool:
        for each in self.pollers:
            each.poll()
        told = [
            {thing for _, thing in each.told} >= self.world.happened[each.trigger]
            for each in self.pollers
        ]
        return all(told) and not hooked(self.world, self.service.receiver)[0].lost


@contextmanager
def soaked(seconds: float, database: str) -> Iterator[Soak]:
    """Run all for so long, let clients catch up, and show what came of it."""
    with service(database) as running:
        line = Line(running.bridge)
        sandbox = running.sandbox
        actors = [Actor(line, sandbox, f"actor {number}") for number in range(ACTORS)]
        for actor in actors:
            actor.prepare(int(seconds / 2) + 1)
        rma = sandbox.control("rmas", {"shop": SHOPS[0]})["rmaSummary"]["rmaId"]
        search = f"/v1/actions/find_transactions?rma_id={rma}&shop={SHOPS[0]}"
        running.subscribe()
        time.sleep(READ)
        pollers = [Poller(line, trigger, walks) for trigger in NAMES for walks in (True, False)]
        for each in pollers:
            eventually(each.begin)
        running.receiver.received.clear()
        memory, troubles = Memory(running.processes), Troubles(line, running, search)
        soak = Soak(running, line, World(sandbox), pollers, actors, memory, troubles)
        soak.run(seconds)
        soak.catch_up()
        yield soak
