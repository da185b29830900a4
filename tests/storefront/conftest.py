from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

import app as root
from connector import storefront, web
from connector.storefront.signature import sign
from tests.processes import SHOPS
from tests.web.conftest import (  # noqa: F401 - fixtures
    Bridge,
    Build,
    _every_name_is_public,
    build,
    sender,
)

SECRET = "hush-hush-hush-hush"


@pytest.fixture(scope="session")
def apps() -> dict[Any, Any]:
    """Applications of these tests alone."""
    return {}


@dataclass
class Shop:
    """A shop whose app proxy forwards to the bridge, and signs as Shopify does."""

    bridge: Bridge

    def visit(self, path: str = "", customer: str = "", **query: str) -> TestResponse:
        """Visit an address below the proxy's, as a customer or not logged in."""
        pairs = self.pairs(customer, **query)
        return self.send(path, [*pairs, ("signature", sign(pairs, SECRET))])

    def pairs(self, customer: str = "", **query: str) -> list[tuple[str, str]]:
        own = {
            "shop": SHOPS[0],
            "logged_in_customer_id": customer,
            "path_prefix": "/apps/returns",
            "timestamp": str(int(self.bridge.clock.now().timestamp())),
        }
        return [*{**query, **own}.items()]

    def send(self, path: str, pairs: list[tuple[str, str]], **options: Any) -> TestResponse:
        return self.bridge.app.test_client().get(
            f"/storefront/returns{path}", query_string=pairs, **options
        )

    def customer(self, **options: Any) -> tuple[str, str]:
        """Have a new customer request a return; tell the customer's id, and the RMA's."""
        rma_id = self.bridge.new_rma(**options)
        found = self.bridge.sandbox.simulation.world.rmas[int(rma_id)]
        return str(found.order.customer.id), rma_id


@pytest.fixture
def open_shop(build: Build) -> Callable[..., Shop]:  # noqa: F811
    def opened(**changes: Any) -> Shop:
        bridge = build(shopify_app_secret=SECRET, **changes)
        app = web.create_app(root.CATALOGUE, bridge.rules)
        storefront.add_to(app, bridge.rules)
        return Shop(replace(bridge, app=app, client=app.test_client()))

    return opened


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    return open_shop()
