"""The statuses that an RMA can have."""

from connector.blocks import Choice
from connector.returngo import ReturnGO
from schemas.words import RMA_STATUSES


def run(returngo: ReturnGO) -> list[tuple[str, str]]:
    """Return ReturnGO's documented words; it costs no call."""
    del returngo
    return [(status, status) for status in RMA_STATUSES]


block = Choice(label="RMA Statuses", noun="Status", run=run)
