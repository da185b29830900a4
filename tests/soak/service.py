"""The processes of a soak: a simulated ReturnGO, a bridge, its workers, and a receiver of hooks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from tests.cluster import free_port
from tests.end_to_end.hook_receiver import Receiver, receiving
from tests.end_to_end.waiting import eventually
from tests.processes import Bridge, Sandbox, Server, running_sandbox, serving, settings_of, start
from tests.soak.ground import Ground, ground
from tests.soak.happenings import NAMES
from tests.soak.machine import FILE, step

WEB_PROCESSES = 2
WORKERS = 2
S = TypeVar("S", bound=Server)


@dataclass
class Service:
    """All that runs; `clock` is the file by which the bridge's machine has its time.

    `start_worker` starts one more. `logs` has what each process of the bridge has written.
    """

    sandbox: Sandbox
    receiver: Receiver
    ground: Ground
    clock: Path
    bridge: Bridge
    start_worker: Callable[[], Server]
    logs: list[list[str]]
    workers: list[Server] = field(default_factory=list)

    def processes(self) -> dict[int, str]:
        """Return the ids of the bridge's processes that work, with their names."""
        named = dict.fromkeys(self.bridge.workers(), "web process")
        return {**named, **{each.process.pid: "worker" for each in self.workers}}

    def subscribe(self) -> None:
        """Have the receiver told of every trigger, as soon as each can be polled."""
        eventually(lambda: all(self._is_polled(trigger) for trigger in NAMES))
        for trigger in NAMES:
            hook = {"trigger": trigger, "target_url": self.receiver.url(trigger)}
            assert self.bridge.call("POST", "/v1/hooks", json=hook).status_code == 201

    def _is_polled(self, trigger: str) -> bool:
        return self.bridge.call("GET", f"/v1/triggers/{trigger}").status_code == 200


@contextmanager
def service(database: str) -> Iterator[Service]:
    """Run all on a database, "postgresql" or "sqlite"."""
    with ExitStack() as open_:
        clock = Path(open_.enter_context(TemporaryDirectory())) / "clock"
        step(clock, 0)
        floor = open_.enter_context(ground(database))
        sandbox = open_.enter_context(running_sandbox(SANDBOX_DAILY_LIMIT="1000000000"))
        receiver = open_.enter_context(receiving())
        environ = {FILE: str(clock), "WORKERS": str(WEB_PROCESSES), "PORT": str(free_port())}
        settings = settings_of(sandbox.url, floor.url, environ)
        logs: list[list[str]] = []

        def started(kind: type[S], word: str, announcement: str) -> S:
            server = kind(start([sys.executable, "-m", "tests.soak.machine", word], settings))
            open_.enter_context(serving(server, announcement))
            logs.append(server.log)
            return server

        def start_worker() -> Server:
            return started(Server, "worker", r"(worker\.started)")

        bridge = started(Bridge, "run", r"Listening at: (http://\S+)")
        running = Service(sandbox, receiver, floor, clock, bridge, start_worker, logs)
        running.workers += [start_worker() for _ in range(WORKERS)]
        yield running
