"""What goes wrong during a soak, one after the other, and how long it takes until all is well."""

import os
import signal
import time
from dataclasses import dataclass, field

from tests.soak.answers import Line
from tests.soak.happenings import NAMES
from tests.soak.machine import step
from tests.soak.service import Service

STEP = -300.0  # seconds by which the machine's clock is set back
WELL = 3  # rounds of good answers, after which all is taken to be well
BREATH = 0.2  # seconds
PATIENCE = 600.0  # seconds
# At which part of the time each begins: the second half is left in peace, to watch the memory.
PLAN = (0.05, 0.08, 0.12, 0.20, 0.27)


@dataclass
class Troubles:
    """Brings the troubles about; `search` is the path of one that asks ReturnGO."""

    line: Line
    service: Service
    search: str
    failed: list[str] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """Bring each about in its time, and wait until the time is over."""
        began = time.monotonic()
        deeds = (self.kill_web, self.kill_worker, self.fill, self.restart, self.step_clock)
        for part, deed in zip(PLAN, deeds, strict=True):
            time.sleep(max(0.0, began + part * seconds - time.monotonic()))
            deed()
        time.sleep(max(0.0, began + seconds - time.monotonic()))

    def kill_web(self) -> None:
        """Kill -9 one of the processes that serve."""
        before = self.line.bridge.workers()
        with self.line.window("kill -9 of a web process"):
            os.kill(before[0], signal.SIGKILL)
            while len(set(self.line.bridge.workers()) - {before[0]}) < len(before):
                time.sleep(BREATH)
            self._wait()

    def kill_worker(self) -> None:
        """Kill -9 one of the workers, and start another."""
        with self.line.window("kill -9 of a worker", is_down=False):
            self.service.workers.pop(0).kill()
            self.service.workers.append(self.service.start_worker())
            self._wait()

    def step_clock(self) -> None:
        """Set the clock of the bridge's machine back; ReturnGO's and the database's go on."""
        with self.line.window(f"clock of the bridge set {STEP:+.0f} s", is_down=False):
            step(self.service.clock, STEP)
            self._wait()

    def fill(self) -> None:
        """Let the database's disk be full for a while."""
        since = time.monotonic()
        with self.line.window("full disk"):
            self.service.ground.fill(lambda: self._fails(since))
            self._wait()

    def _fails(self, since: float) -> bool:
        return any(each.is_failure and each.began > since for each in list(self.line.answers))

    def restart(self) -> None:
        """Stop the database's server, and start it again."""
        if self.service.ground.restart is None:
            return
        with self.line.window("restart of the database"):
            self.service.ground.restart()
            self._wait()

    def _wait(self) -> None:
        """Wait until every probe is answered well, a few times in a row."""
        until = time.monotonic() + PATIENCE
        well = 0
        while well < WELL and time.monotonic() < until:
            paths = ["/readyz", self.search, *(f"/v1/triggers/{trigger}" for trigger in NAMES)]
            answers = [self.line.call("probe", "GET", path) for path in paths]
            is_well = all(each is not None and each.status_code == 200 for each in answers)
            well = well + 1 if is_well else 0
            time.sleep(BREATH)
        if well < WELL:
            self.failed.append(f"not well after: {self.line.windows[-1].trouble}")
