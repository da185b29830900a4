"""Whether a ReturnGO key is good: asked of ReturnGO, and before a caller's own is let in."""

from connector.verification.admission import KNOWN_FOR, Admission, KeyUntried
from connector.verification.verification import VERIFIED_FOR, Verification

__all__ = [  # noqa: RUF022 - a constant stands where its letters do
    "Admission",
    "KNOWN_FOR",
    "KeyUntried",
    "VERIFIED_FOR",
    "Verification",
]
