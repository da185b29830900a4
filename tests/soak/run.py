"""A bridge of real processes under load for a while, with troubles at their times."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cluster import free_port
from tests.end_to_end.hook_receiver import Receiver, receiving
from tests.end_to_end.waiting import eventually
from tests.processes import (
    SHOPS,
    Bridge,
    Sandbox,
    Server,
    running_sandbox,
    serving,
    settings_of,
    start,
)
from tests.soak.answers import Line
from tests.soak.clients import Actor, Poller
from tests.soak.ground import ground
from tests.soak.happenings import NAMES, World
from tests.soak.machine import FILE, step
from tests.soak.memory import Memory
from tests.soak.troubles import Troubles
from tests.soak.verdict import hooked

WEB_PROCESSES = 2
WORKERS = 2
ACTORS = 2
CATCHING_UP = 600.0  # seconds, at most


@dataclass
class Soak:
    """All that took part, when it is over; the moments are seconds, monotonic."""

    world: World
    pollers: list[Poller]
    actors: list[Actor]
    receiver: Receiver
    line: Line
    memory: Memory
    troubles: Troubles
    sandbox: Sandbox
    began: float
    ended: float
    polls: int
    logs: list[list[str]]


@contextmanager
def soaked(seconds: float, database: str) -> Iterator[Soak]:
    """Run all for so long, let clients catch up, and show what came of it."""
    with ExitStack() as open_:
        folder = Path(open_.enter_context(TemporaryDirectory()))
        floor = open_.enter_context(ground(database))
        sandbox = open_.enter_context(running_sandbox(SANDBOX_DAILY_LIMIT="1000000000"))
        receiver = open_.enter_context(receiving())
        clock = folder / "clock"
        step(clock, 0)
        environ = {FILE: str(clock), "WORKERS": str(WEB_PROCESSES), "PORT": str(free_port())}
        settings = settings_of(sandbox.url, floor.url, environ)
        logs: list[list[str]] = []

        def started(word: str, announcement: str, kind: Callable[..., Server]) -> Server:
            words = [sys.executable, "-m", "tests.soak.machine", word]
            server = kind(start(words, settings))
            open_.enter_context(serving(server, announcement))
            logs.append(server.log)
            return server

        def start_worker() -> Server:
            return started("worker", r"(worker\.started)", Server)

        bridge = started("run", r"Listening at: (http://\S+)", Bridge)
        assert isinstance(bridge, Bridge)
        workers = [start_worker() for _ in range(WORKERS)]
        line = Line(bridge)
        actors = [Actor(line, sandbox, f"actor {number}") for number in range(ACTORS)]
        for actor in actors:
            actor.prepare(int(seconds / 2) + 1)
        world = World(sandbox)
        rma = sandbox.control("rmas", {"shop": SHOPS[0]})["rmaSummary"]["rmaId"]
        search = f"/v1/actions/find_transactions?rma_id={rma}&shop={SHOPS[0]}"
        eventually(lambda: all(_is_polled(bridge, trigger) for trigger in NAMES))
        for trigger in NAMES:
            hook = {"trigger": trigger, "target_url": receiver.url(trigger)}
            assert bridge.call("POST", "/v1/hooks", json=hook).status_code == 201
        time.sleep(10)  # what was made for the actors is read by then
        pollers = [Poller(line, trigger, walks) for trigger in NAMES for walks in (True, False)]
        for each in pollers:
            eventually(each.begin)
        before = len(receiver.received)

        def running() -> dict[int, str]:
            named = dict.fromkeys(bridge.workers(), "web process")
            return {**named, **{each.process.pid: "worker" for each in workers}}

        memory = Memory(running)
        troubles = Troubles(line, floor, clock, search, workers, start_worker)
        has_ended = threading.Event()
        began = time.monotonic()
        lives: list[Callable[[threading.Event], None]] = [world.live, memory.live]
        lives += [each.live for each in pollers] + [each.live for each in actors]
        threads = [threading.Thread(target=live, args=[has_ended]) for live in lives]
        for thread in threads:
            thread.start()
        try:
            troubles.run(seconds)
        finally:
            ended, polls = time.monotonic(), sum(line.statuses["poll"].values())
            has_ended.set()
            for thread in threads:
                thread.join()
        _catch_up(world, pollers, receiver)
        del receiver.received[:before]
        yield Soak(
            *(world, pollers, actors, receiver, line, memory, troubles, sandbox),
            *(began, ended, polls, logs),
        )


def _is_polled(bridge: Bridge, trigger: str) -> bool:
    return bridge.call("GET", f"/v1/triggers/{trigger}").status_code == 200


def _catch_up(world: World, pollers: list[Poller], receiver: Receiver) -> None:
    """Poll on until all that happened is told, or for so long that the rest is lost."""
    until = time.monotonic() + CATCHING_UP
    while time.monotonic() < until:
        for each in pollers:
            each.poll()
        told = [
            {thing for _, thing in each.told} >= world.happened[each.trigger] for each in pollers
        ]
        if all(told) and not hooked(world, receiver)[0].lost:
            break
        time.sleep(1)
    time.sleep(5)  # what would come twice has come by then
    for each in pollers:
        each.poll()
