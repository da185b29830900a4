"""Figures of many runs."""

from collections.abc import Sequence


def share(values: Sequence[float], part: float) -> float:
    """Return the value that `part` of the values do not exceed; 0.5 is the median."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
