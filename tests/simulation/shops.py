"""A ReturnGO whose key owns as many shops as a simulation needs.

The shipped sandbox has two and says so; these exist only here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from werkzeug.exceptions import Forbidden

from connector.sandbox.app import SandboxApp, create_app
from connector.sandbox.gateway.gate import Gate
from connector.sandbox.world import samples
from tests.stand_ins import HandClock

KEY = "demo-key"
DAILY = 2000
SECOND = 100


class WideGate(Gate):
    """Lets the key speak for invented shops; its limits stay what they are."""

    owned: tuple[str, ...] = ()

    def shop_of(self, _key: str, shop: str | None) -> str:
        if shop not in self.owned:
            raise Forbidden("No such shop for this user")
        return shop


def shops_named(count: int) -> tuple[str, ...]:
    """Return the names of that many shops."""
    return tuple(f"shop-{number:02}.myshopify.com" for number in range(1, count + 1))


@contextmanager
def returngo_with(shops: tuple[str, ...], clock: HandClock, seed: int) -> Iterator[SandboxApp]:
    """Open a ReturnGO without any return, whose key owns the `shops`."""
    currencies = dict.fromkeys(shops, "ZAR")
    with patch.dict(samples.SHOP_CURRENCY, currencies):
        sandbox = create_app(
            seed=seed,
            now=clock.now,
            pause=clock.sleep,
            empty=True,
            daily_limit=DAILY,
            second_limit=SECOND,
        )
        gate = WideGate(sandbox.simulation.clock, DAILY, SECOND)
        gate.owned = shops
        sandbox.simulation.gate = gate
        yield sandbox
