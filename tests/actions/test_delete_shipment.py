from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import app
from connector.budget import Budget
from connector.connections import Connection
from connector.idempotency import Idempotency
from connector.returngo import (
    DayQuotaReached,
    NotFound,
    ReturnGO,
    TimedOut,
    Transport,
    Unavailable,
    Upstream,
)
from connector.sandbox.app import SandboxApp
from connector.store import Store, Vault
from tests.conftest import Control
from tests.stand_ins import HandClock

ACTION = app.CATALOGUE.actions["delete_shipment"]


@pytest.fixture
def shipment_id(control: Control) -> str:
    return str(control("rmas")["shipments"][0]["shipmentId"])


def delete(returngo: ReturnGO, shipment_id: str) -> dict[str, Any]:
    return ACTION.perform(returngo, {"shipment_id": shipment_id})


def is_there(sandbox: SandboxApp, shipment_id: str) -> bool:
    return int(shipment_id) in sandbox.simulation.world.shipments


def test_the_shipment_is_deleted_at_returngo(
    returngo: ReturnGO, sandbox: SandboxApp, shipment_id: str
) -> None:
    assert delete(returngo, shipment_id) == {
        "id": shipment_id,
        "shipment_id": shipment_id,
        "is_deleted": True,
        "shop": "demo.myshopify.com",
    }
    assert not is_there(sandbox, shipment_id)


def test_an_unknown_shipment_is_not_found(returngo: ReturnGO) -> None:
    with pytest.raises(NotFound) as refusal:
        delete(returngo, "1")
    assert str(refusal.value) == (
        "ReturnGO has no shipment 1 in demo.myshopify.com; perhaps it was deleted before."
    )
    assert refusal.value.request_id


def test_a_lost_answer_is_made_up_for(
    control: Control, returngo: ReturnGO, shipment_id: str, made_writes: Callable[[], list[str]]
) -> None:
    control("faults", kind="lost_answer", method="DELETE")
    assert delete(returngo, shipment_id)["is_deleted"] is True
    assert made_writes() == [f"DELETE /shipment/{shipment_id}"]


def test_a_try_that_did_not_arrive_is_made_again(
    control: Control, returngo: ReturnGO, sandbox: SandboxApp, shipment_id: str
) -> None:
    control("faults", kind="drop", method="DELETE")
    delete(returngo, shipment_id)
    assert not is_there(sandbox, shipment_id)


def test_it_is_tried_once_more_and_no_more(
    control: Control, returngo: ReturnGO, sandbox: SandboxApp, shipment_id: str
) -> None:
    control("faults", kind="drop", method="DELETE", count=9)
    with pytest.raises(Unavailable):
        delete(returngo, shipment_id)
    assert len(sandbox.simulation.calls) == 2


def test_what_took_all_the_time_is_not_tried_once_more(
    control: Control, returngo: ReturnGO, sandbox: SandboxApp, shipment_id: str
) -> None:
    control("faults", kind="slow", method="DELETE", seconds=600)
    with pytest.raises(TimedOut):
        delete(returngo, shipment_id)
    assert len(sandbox.simulation.calls) == 1


def test_a_spent_quota_does_not_hide_that_the_outcome_is_unknown(
    control: Control,
    connection: Connection,
    transport: Transport,
    store: Store,
    clock: HandClock,
    shipment_id: str,
) -> None:
    upstream = Upstream(transport, Budget(store, daily=1, second=9, clock=clock), clock)
    control("faults", kind="lost_answer", method="DELETE")
    with pytest.raises(Unavailable) as error:
        delete(upstream.open(connection, "demo.myshopify.com"), shipment_id)
    assert isinstance(error.value.__cause__, DayQuotaReached)


def test_a_repetition_after_an_interrupted_try_finds_it_gone(
    control: Control,
    upstream: Upstream,
    connection: Connection,
    store: Store,
    vault: Vault,
    clock: HandClock,
    sandbox: SandboxApp,
    shipment_id: str,
) -> None:
    once = Idempotency(store, vault, upstream, clock)
    call = {"shipment_id": shipment_id}
    control("faults", kind="lost_answer", method="DELETE")
    control("faults", kind="drop", method="DELETE")
    with pytest.raises(Unavailable):
        once.perform(connection, ACTION, call, "key")
    assert not is_there(sandbox, shipment_id)
    clock.advance(timedelta(minutes=1))
    assert once.perform(connection, ACTION, call, "key").answer["is_deleted"] is True


def test_a_repetition_deletes_what_an_interrupted_try_left(
    returngo: ReturnGO, sandbox: SandboxApp, clock: HandClock, shipment_id: str
) -> None:
    assert ACTION.already_done is not None
    found = ACTION.already_done(returngo, clock.now(), shipment_id=shipment_id)
    assert found is not None
    assert not is_there(sandbox, shipment_id)
