"""What was told of an assumption: whether it holds, what was seen, and what to do."""

from collections.abc import Callable
from dataclasses import dataclass

from connector.doctor.evidence import Evidence
from connector.findings import Verdict


@dataclass(frozen=True)
class Told:
    """The verdict on an assumption. `seen` holds counts and words only, nothing personal."""

    verdict: Verdict
    seen: str
    to_do: str | None = None


@dataclass(frozen=True)
class Probe:
    """How ReturnGO is asked whether the assumption `name` holds."""

    name: str
    ask: Callable[[Evidence], Told]


def true(seen: str, to_do: str | None = None) -> Told:
    """Make the verdict of something that holds."""
    return Told(Verdict.TRUE, seen, to_do)


def false(seen: str, to_do: str) -> Told:
    """Make the verdict of something that does not hold, and say what to do."""
    return Told(Verdict.FALSE, seen, to_do)


def cannot_tell(seen: str) -> Told:
    """Make the verdict where nothing shows whether it holds."""
    return Told(Verdict.CANNOT_TELL, seen)
