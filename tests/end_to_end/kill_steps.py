"""What an action can be caught at, and the deeds that are caught: one of each that writes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text, update

from connector.store import Store
from connector.store.tables import budget, idempotency
from tests.processes import Sandbox

WORKING = 1.5  # seconds for which ReturnGO is at it, so that it can be caught at it
WORD = "Killed"
Step = Callable[[Sandbox, Store], AbstractContextManager[Callable[[], bool]]]


@dataclass(frozen=True)
class Deed:
    """A write: the action, its fields, and what the sandbox's ledger calls it."""

    action: str
    fields: dict[str, Any]
    entry: str


def six_deeds(sandbox: Sandbox) -> list[Deed]:
    """Make what each action needs, and say what it is to do."""
    rma, moved, changed, emptied = sandbox.control("rmas", {"count": 4})
    order = sandbox.control("orders")
    refund = str(sandbox.control("transactions")["id"])
    id_of = [str(each["rmaSummary"]["rmaId"]) for each in (rma, moved)]
    parcels = [str(each["shipments"][0]["shipmentId"]) for each in (changed, emptied)]
    lines = [{"line_item_id": each["shopLineItemId"]} for each in order["items"]]
    new_rma = {"order_id": order["orderId"], "items": lines, "policy_id": "1101"}
    carrier = {"shipment_id": parcels[0], "carrier_name": WORD}
    paid = {"transaction_id": refund, "status": "Success", "external_reference_id": WORD}
    approved = {"rma_id": id_of[1], "status": "Approved"}
    return [
        Deed("add_rma_comment", {"rma_id": id_of[0], "text": WORD}, f"/rma/{id_of[0]}/comment"),
        Deed("create_rma", new_rma, "/rma/createByPolicy"),
        Deed("record_transaction", paid, f"/transaction/{refund}"),
        Deed("update_rma_status", approved, f"/rma/{id_of[1]}/status"),
        Deed("update_shipment", carrier, f"/shipment/{parcels[0]}"),
        Deed("delete_shipment", {"shipment_id": parcels[1]}, f"/shipment/{parcels[1]}"),
    ]


def writes(sandbox: Sandbox) -> list[dict[str, Any]]:
    return [call for call in sandbox.calls() if call["method"] != "GET"]


def six(sandbox: Sandbox, is_there: Callable[[dict[str, Any]], bool]) -> bool:
    return sum(map(is_there, writes(sandbox))) == 6


@contextmanager
def before_the_call(sandbox: Sandbox, store: Store) -> Iterator[Callable[[], bool]]:
    """The key is taken, but the second's calls are used up, so nothing goes out."""
    with store.write() as database:
        later = datetime.now(UTC) + timedelta(seconds=15)
        database.execute(update(budget).values(paced_until=later))

    def all_taken() -> bool:
        with store.read() as database:
            taken = select(func.count()).where(idempotency.c.done_at.is_(None))
            return bool(database.execute(taken).scalar_one() == 6)

    yield all_taken
    assert writes(sandbox) == []
    with store.write() as database:
        database.execute(update(budget).values(paced_until=datetime.now(UTC)))


def let_it_take_a_while(sandbox: Sandbox, when: str) -> None:
    delay = {"kind": "delay", "seconds": WORKING, "when": when}
    for method, count in (("POST", 2), ("PUT", 3), ("DELETE", 1)):
        sandbox.control("faults", {**delay, "method": method, "count": count})


@contextmanager
def before_returngo_has_done_it(sandbox: Sandbox, _: Store) -> Iterator[Callable[[], bool]]:
    let_it_take_a_while(sandbox, "before")
    yield lambda: six(sandbox, lambda call: not call["applied"])


@contextmanager
def after_returngo_has_done_it(sandbox: Sandbox, _: Store) -> Iterator[Callable[[], bool]]:
    let_it_take_a_while(sandbox, "after")
    yield lambda: six(sandbox, lambda call: call["applied"])


@contextmanager
def before_it_is_noted(sandbox: Sandbox, store: Store) -> Iterator[Callable[[], bool]]:
    """ReturnGO has answered, but a lock holds up everybody who writes into our database."""
    let_it_take_a_while(sandbox, "before")
    with ExitStack() as lock:

        def all_answered() -> bool:
            if not six(sandbox, lambda _: True):
                return False
            if not locked:
                locked.append(lock.enter_context(store.write()))
                if store.engine.dialect.name == "postgresql":
                    locked[0].execute(text("LOCK TABLE idempotency IN EXCLUSIVE MODE"))
            return six(sandbox, lambda call: call["status"] == 200)

        locked: list[Connection] = []
        yield all_answered


STEPS: list[Step] = [
    before_the_call,
    before_returngo_has_done_it,
    after_returngo_has_done_it,
    before_it_is_noted,
]
