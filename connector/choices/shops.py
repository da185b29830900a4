"""The shops that the connection may speak for."""

from connector.blocks import Choice
from connector.returngo import ReturnGO


def run(returngo: ReturnGO) -> list[tuple[str, str]]:
    """Return the connection's own list; it costs no call."""
    return [(shop, shop) for shop in returngo.shops]


block = Choice(label="Shops", noun="Shop", run=run)
