"""What a process takes of the machine (Linux)."""

import os
from pathlib import Path

SINCE_NAME = 11, 12  # fields of /proc/PID/stat behind the name: user and system time


def seconds_of(pid: int) -> float:
    """Return the seconds of a processor that a process has spent."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    fields = stat.rpartition(")")[2].split()
    ticks = sum(int(fields[each]) for each in SINCE_NAME)
    return ticks / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> int:
    """Return the bytes that a process holds in memory; 0 when it has ended."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    held = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(held[0].split()[1]) * 1024 if held else 0
