"""How much memory each process of the bridge holds while it works (Linux)."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression

EVERY = 5.0  # seconds
FEWEST = 6  # samples from which a slope is told
MEGABYTE = 1024  # KB


@dataclass
class Memory:
    """Samples of each process: seconds, and KB of which it has its share (PSS)."""

    processes: Callable[[], dict[int, str]]
    samples: dict[tuple[str, int], list[tuple[float, float]]] = field(default_factory=dict)

    def live(self, has_ended: threading.Event) -> None:
        """Sample all again and again."""
        while not has_ended.wait(EVERY):
            for pid, name in self.processes().items():
                if held := _held(pid):
                    self.samples.setdefault((name, pid), []).append((time.monotonic(), held))

    def rows(self, since: float) -> list[str]:
        """Describe what each process that lives at the end has held since a moment."""
        last = max((all_[-1][0] for all_ in self.samples.values()), default=0)
        rows = []
        for (name, _), samples in sorted(self.samples.items()):
            late = [each for each in samples if each[0] >= since]
            if len(late) < FEWEST or samples[-1][0] < last - 2 * EVERY:
                continue
            slope = linear_regression(*zip(*late, strict=True)).slope * 3600 / MEGABYTE
            first, final = late[0][1] / MEGABYTE, late[-1][1] / MEGABYTE
            minutes = (late[-1][0] - late[0][0]) / 60
            rows.append(f"| {name} | {minutes:.0f} | {first:.1f} | {final:.1f} | {slope:+.1f} |")
        return rows


def _held(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:  # it has ended
        return 0.0
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
