"""Noting in the record of deeds what the operator does on the page."""

from collections.abc import Iterator
from contextlib import contextmanager

from connector.deeds import Doer, Outcome
from connector.web.context import bridge
from connector.web.request_log import request_id


def operator() -> Doer:
    """Return under whose name the page does things."""
    return Doer("the operator, on the page", request_id())


def note(name: str, connection_id: str, about: str) -> None:
    """Record what was just done for a connection."""
    bridge().deeds.note(operator(), name, connection=connection_id, about=about)


@contextmanager
def noted(name: str, connection_id: str, about: str) -> Iterator[None]:
    """Record before it is done what shows customers. Raises StoreUnavailable: then it may not."""
    deeds = bridge().deeds
    deed = deeds.begin(operator(), name, connection=connection_id, about=about)
    outcome = Outcome.REFUSED
    try:
        yield
        outcome = Outcome.DONE
    finally:
        deeds.end(deed, outcome)
