from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import app
from connector.privacy import Customer, Erasure
from connector.store import Store, Vault
from tests.conftest import Control
from tests.feed.conftest import (  # noqa: F401 - the feed over a simulated ReturnGO
    Poll,
    feed,
    open_feed,
    poll,
    transport,
    wire,
    world,
)
from tests.feed.looking import look_at_all
from tests.feed.returngo import DEMO
from tests.stand_ins import HandClock

TRIGGERS = app.CATALOGUE.triggers
WATCHED = tuple(
    TRIGGERS[name]
    for name in ("new_rma", "rma_status_changed", "new_transaction", "shipment_created")
)
HOUR = timedelta(hours=1)
ANN = "ann@example.com"
BEN = "ben@example.com"

Returned = Callable[..., str]
Look = Callable[[], dict[str, list[dict[str, Any]]]]


@pytest.fixture
def store(each_store: Store) -> Store:
    return each_store


@pytest.fixture
def look(
    poll: Poll,  # noqa: F811
    clock: HandClock,
) -> Look:
    """Poll until every list was read; return what each trigger shows."""

    def look_() -> dict[str, list[dict[str, Any]]]:
        look_at_all(poll, clock, WATCHED)
        return {each.key: poll(each, limit=50, raw=True).objects for each in WATCHED}

    return look_


@pytest.fixture
def returned(control: Control) -> Returned:
    """Let a customer return something, whose refund was paid; return the RMA's id."""

    def returned_(email: str, status: str = "Canceled") -> str:
        rma_id = str(control("rmas", shop=DEMO, customer_email=email)["rmaSummary"]["rmaId"])
        control("transactions", shop=DEMO, rma_id=rma_id, status="Success")
        control(f"rmas/{rma_id}/status", status=status)
        return rma_id

    return returned_


@pytest.fixture
def customer(store: Store, vault: Vault) -> Customer:
    return Customer(store, vault)


@pytest.fixture
def erasure(store: Store, clock: HandClock) -> Erasure:
    return Erasure(store, clock)
