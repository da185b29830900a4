"""The record of deeds: which token or person did what to which thing, and what came of it."""

from connector.deeds.deed import Deed, Details, Doer, Outcome
from connector.deeds.deeds import Deeds

__all__ = [
    "Deed",
    "Deeds",
    "Details",
    "Doer",
    "Outcome",
]
