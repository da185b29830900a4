"""Visits: one call to each shop, from which key, shops and clock are told."""

from dataclasses import dataclass
from datetime import timedelta

from connector.budget import Purpose
from connector.doctor.setup import Setup
from connector.returngo import Answer, KeyRefused, ReturnGOError
from connector.store import StoreUnavailable


@dataclass(frozen=True)
class Visit:
    """How one shop answered. `ahead` is how far the bridge's clock is ahead of ReturnGO's."""

    shop: str
    answer: Answer | None = None
    error: ReturnGOError | StoreUnavailable | None = None
    ahead: timedelta | None = None


def visit_all(setup: Setup) -> list[Visit]:
    """Ask each shop of the operator's key once; a key that is refused is not tried any further."""
    visits: list[Visit] = []
    if setup.connection is None:
        return visits
    for shop in setup.connection.shops:
        visits.append(_visit(setup, shop))
        if isinstance(visits[-1].error, KeyRefused):
            break
    return visits


def _visit(setup: Setup, shop: str) -> Visit:
    assert setup.connection is not None
    returngo = setup.upstream.open(setup.connection, shop, Purpose.READING)
    try:
        answer = returngo.request("GET", "/rmas", [("pagesize", "1")])
    except (ReturnGOError, StoreUnavailable) as error:
        return Visit(shop, error=error)
    ahead = None if answer.date is None else setup.clock.now() - answer.date
    return Visit(shop, answer=answer, ahead=ahead)
