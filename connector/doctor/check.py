"""A check: how one part of the set-up stands, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class CheckState(StrEnum):
    """How a part of the set-up stands."""

    OK = "ok"
    TO_MEND = "to mend"
    NOT_SEEN = "not seen"
    """It could not be looked at; another line says why."""


@dataclass(frozen=True)
class Check:
    """One part of the set-up: its `name`, its state, what was seen, and how to mend it.

    Where several checks have one name, `about` says what each is about.
    """

    name: str
    state: CheckState
    seen: str
    mend: str | None = None
    about: str = ""

    @classmethod
    def ok(cls, name: str, seen: str) -> "Check":
        """Make a check of something that is well."""
        return cls(name, CheckState.OK, seen)

    @classmethod
    def to_mend(cls, name: str, seen: str, mend: str, about: str = "") -> "Check":
        """Make a check of something that is wrong, and say how to mend it."""
        return cls(name, CheckState.TO_MEND, seen, mend, about)

    @classmethod
    def not_seen(cls, name: str, seen: str) -> "Check":
        """Make a check of something that could not be looked at."""
        return cls(name, CheckState.NOT_SEEN, seen)
