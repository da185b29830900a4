import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from connector.sandbox import simulation
from connector.sandbox.app import create_app
from connector.sandbox.exact_json import dumps
from connector.sandbox.world.bodies import rma_detail, transaction_row
from connector.sandbox.world.lifecycle import (
    RESOLUTION_TYPES,
    RMA_STATUSES,
    TRANSACTION_STATUSES,
    TRANSACTION_TYPES,
    path_to,
    rma_event,
)
from connector.sandbox.world.seed import populate
from connector.sandbox.world.world import World
from tests.sandbox.client import DEMO, OTHER, OUTLET, START, Caller, Time

SEEDS = [1, 2, 3, 99]


def seeded(seed: int, time: Time | None = None) -> World:
    return create_app(seed=seed, now=(time or Time()).now).simulation.world


def shown(world: World) -> str:
    return dumps([rma_detail(rma) for rma in world.rmas.values()])


def test_the_same_seed_and_start_make_the_same_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "populate", populate)  # both invented, none a copy
    assert shown(seeded(5)) == shown(seeded(5))


def test_another_seed_or_start_makes_another() -> None:
    later = Time()
    later.forward(hours=1)
    assert len({shown(seeded(5)), shown(seeded(6)), shown(seeded(5, later))}) == 3


@pytest.mark.parametrize("seed", SEEDS)
def test_there_are_two_months_of_returns_a_handful_a_day(seed: int) -> None:
    rmas = seeded(seed).rmas.values()
    assert Counter(rma.shop for rma in rmas) == {DEMO: 183, OUTLET: 120, OTHER: 6}
    assert START - timedelta(days=60) <= min(rma.created_at for rma in rmas)
    assert max(rma.last_updated for rma in rmas) <= START
    for shop in (DEMO, OUTLET):
        assert any(rma.shop == shop and rma.created_at > START - timedelta(days=1) for rma in rmas)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_kind_of_thing_occurs(seed: int) -> None:
    world = seeded(seed)
    rmas, transactions = world.rmas.values(), world.transactions.values()
    items = [item for rma in rmas for item in rma.items]
    assert {rma.status for rma in rmas} == set(RMA_STATUSES)
    assert {item["resolutionType"] for item in items} == set(RESOLUTION_TYPES)
    assert {len(rma.items) for rma in rmas} == {1, 2, 3, 4}
    assert len({item["returnMethod"]["type"] for item in items}) == 4
    assert {rma.order.currency for rma in rmas} == {"ZAR", "EUR", "USD", "JPY", "KWD"}
    assert {each.type for each in transactions} == set(TRANSACTION_TYPES)
    assert {each.status for each in transactions} == set(TRANSACTION_STATUSES)
    assert any(shipment.is_outbound for shipment in world.shipments.values())
    assert any(not rma.order.customer.name.isascii() for rma in rmas)
    assert any(event["userDetails"] for rma in rmas for event in rma.events)
    assert {"system", "merchant"} < {c["commentType"] for rma in rmas for c in rma.comments}


@pytest.mark.parametrize("seed", SEEDS)
def test_ids_have_gaps_and_rise_with_time_across_shops(seed: int) -> None:
    world = seeded(seed)
    demo = [rma for rma in world.rmas.values() if rma.shop != OTHER]
    ids = [rma.id for rma in demo]
    assert ids == sorted(ids, key=lambda rma_id: (world.rmas[rma_id].created_at, rma_id))
    assert any(later - earlier > 1 for earlier, later in pairwise(ids))
    moments = [each.created_at for each in world.transactions.values()]
    assert moments == sorted(moments)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_returns_events_tell_how_it_came_to_its_status(seed: int) -> None:
    for rma in seeded(seed).rmas.values():
        names = [event["eventName"] for event in rma.events]
        assert names[0] == "RMA_CREATED"
        if rma.status not in ("Rejected", "Canceled"):
            loud = [each for each in path_to(rma.status) if each in ("Pending", "Approved")]
            assert names == [rma_event(status) for status in loud]
        assert rma.events[-1]["eventDate"] <= rma.last_updated.isoformat(timespec="seconds")
        assert rma.created_at <= rma.last_updated <= rma.changed_at


@pytest.mark.parametrize("seed", SEEDS)
def test_the_history_has_what_real_ones_were_seen_to_have(seed: int) -> None:
    world = seeded(seed)
    rmas, transactions = world.rmas.values(), world.transactions.values()
    mixed = [rma for rma in rmas if len({item["resolutionType"] for item in rma.items}) > 1]
    assert 1 <= len(mixed) < len(rmas) / 20
    assert any(len(rma.items) > len(rma.line_ids) for rma in rmas)
    assert any(
        item["returnMethod"]["type"] == "No shipment required"
        for rma in rmas
        for item in rma.items
        if not rma.shipments
    )
    orders = [order for rma in rmas for order in rma.exchange_orders]
    assert {order["orderId"] == "" for order in orders} == {True, False}
    comments = [each for rma in rmas for each in rma.comments]
    assert 5 <= sum(each["commentType"] == "error" for each in comments) <= 40
    assert {"", "Automation", "ReturnGO API", "Ada Exemplar"} <= {
        each["triggeredBy"] for each in comments
    }
    assert any("REOPENED" in each["htmlText"] for each in comments)
    assert any((t.type, t.status) == ("InvoicePayment", "Requested") for t in transactions)
    codes = [t for t in transactions if t.external_reference_type == "StoreCreditCode"]
    assert any(t.last_updated > t.created_at + timedelta(hours=12) for t in codes)
    for rma in rmas:
        times = [each["datetime"] for each in rma.comments]
        assert times == sorted(times)


@pytest.mark.parametrize("seed", SEEDS)
def test_money_is_exact_and_has_its_currencys_decimals(seed: int) -> None:
    places = {"JPY": 0, "KWD": 3}
    prices = [item["paidPrice"] for rma in seeded(seed).rmas.values() for item in rma.items]
    for price in prices:
        assert isinstance(price["amount"], Decimal)
        assert price["amount"] == round(price["amount"], places.get(price["currency"], 2))
    written = [dumps(price["amount"]) for price in prices]
    assert any("." not in each for each in written)
    assert any(re.search(r"\.\d{2}$", each) for each in written)


@pytest.mark.parametrize("seed", SEEDS)
def test_bank_accounts_belong_to_nobody(seed: int) -> None:
    rows = [transaction_row(each) for each in seeded(seed).transactions.values()]
    accounts = [row["bankAccountDetails"] for row in rows if row["bankAccountDetails"]]
    assert 3 <= len(accounts) < len(rows) / 5
    # An IBAN's check digits are never 00.
    assert all(re.fullmatch(r"DE00\d{18}", account["iban"]) for account in accounts)


def test_every_address_is_an_example(api: Caller) -> None:
    addresses = re.findall(r"[\w.]+@[\w.]+", shown(api.world))
    assert addresses
    assert {address.partition("@")[2] for address in addresses} == {"example.com"}
