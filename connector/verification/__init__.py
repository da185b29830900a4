"""Whether a ReturnGO key is good: asked of ReturnGO, and before a caller's own is let in."""

from connector.verification.admission import KNOWN_FOR, Admission, KeyUntried
from connector.verification.verification import VERIFIED_FOR, Verification

__all__ = ["KNOWN_FOR", "VERIFIED_FOR", "Admission", "KeyUntried", "Verification"]
