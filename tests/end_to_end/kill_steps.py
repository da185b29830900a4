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

WORD = "Killed"
YESTERDAY = timedelta(days=1)  # so that what is there is not taken for what was left behind


@dataclass(frozen=True)
class Deed:
    """A write: the action, its fields, and what the sandbox's ledger calls it.

    `again` says that ReturnGO takes the same content for another write, `blind` that nobody can
    see at ReturnGO whether it was done.
    """

    action: str
    fields: dict[str, Any]
    entry: str
    again: bool = False
    blind: bool = False


def deeds_of(sandbox: Sandbox, sets: int) -> list[list[Deed]]:
    """Make what each action needs, and say what it is to do: so many sets of eight deeds."""
    at = (datetime.now(UTC) - YESTERDAY).isoformat()
    rmas = sandbox.control("rmas", {"count": 6 * sets, "created_at": at})
    orders = sandbox.control("orders", {"count": sets})
    refunds = sandbox.control("transactions", {"count": sets})
    return [
        _set_of(rmas[6 * number : 6 * number + 6], orders[number], str(refunds[number]["id"]))
        for number in range(sets)
    ]


def _set_of(rmas: list[Any], order: Any, refund: str) -> list[Deed]:
    talked, moved, called = (str(each["rmaSummary"]["rmaId"]) for each in rmas[:3])
    changed, emptied, tracked = (str(each["shipments"][0]["shipmentId"]) for each in rmas[3:])
    lines = [{"line_item_id": each["shopLineItemId"]} for each in order["items"]]
    new_rma = {"order_id": order["orderId"], "items": lines, "policy_id": "1101"}
    carrier = {"carrier_name": WORD}
    tracker = {"shipment_id": tracked, "tracking_number": "SC1", **carrier}
    paid = {"transaction_id": refund, "status": "Success", "external_reference_id": WORD}
    path = f"/rma/{called}/comment"
    call = {"method": "POST", "path": path, "body": {"htmlText": WORD}}
    return [
        Deed("add_rma_comment", {"rma_id": talked, "text": WORD}, f"/rma/{talked}/comment"),
        Deed("create_rma", new_rma, "/rma/createByPolicy"),
        Deed("record_transaction", paid, f"/transaction/{refund}", again=True),
        Deed("update_rma_status", {"rma_id": moved, "status": "Approved"}, f"/rma/{moved}/status"),
        Deed("update_shipment", {"shipment_id": changed, **carrier}, f"/shipment/{changed}"),
        Deed("delete_shipment", {"shipment_id": emptied}, f"/shipment/{emptied}"),
        Deed("track_shipment", tracker, "/shipment-tracker", again=True),
        Deed("api_request", call, path, blind=True),
    ]


def writes(sandbox: Sandbox) -> list[dict[str, Any]]:
    return [call for call in sandbox.calls() if call["method"] != "GET"]


Look = Callable[[], bool]
Catch = Callable[[Sandbox, Store, int], AbstractContextManager[Look]]


@dataclass(frozen=True)
class Step:
    """A moment in a deed's life: `catch` holds so many deeds there, and tells when all are.

    By then ReturnGO `is_sent` the call, and the bridge `is_noted` to have noted the answer.
    """

    moment: str
    catch: Catch
    is_sent: bool = True
    is_noted: bool = False


@contextmanager
def before_the_call(sandbox: Sandbox, store: Store, count: int) -> Iterator[Look]:
    """The key is taken, but the second's calls are used up, so nothing goes out."""
    with store.write() as database:
        later = datetime.now(UTC) + timedelta(seconds=15)
        database.execute(update(budget).values(paced_until=later))
    yield lambda: _count_noted(store, are=False) == count
    assert writes(sandbox) == []
    with store.write() as database:
        database.execute(update(budget).values(paced_until=datetime.now(UTC)))


@contextmanager
def before_returngo_has_done_it(sandbox: Sandbox, _: Store, count: int) -> Iterator[Look]:
    _let_it_take_a_while(sandbox, "before", count)
    yield lambda: _all(count, sandbox, lambda call: not call["applied"])


@contextmanager
def after_returngo_has_done_it(sandbox: Sandbox, _: Store, count: int) -> Iterator[Look]:
    _let_it_take_a_while(sandbox, "after", count)
    yield lambda: _all(count, sandbox, lambda call: call["applied"])


@contextmanager
def before_it_is_noted(sandbox: Sandbox, store: Store, count: int) -> Iterator[Look]:
    """ReturnGO has answered, but a lock holds up everybody who writes into our database."""

    def all_answered() -> bool:
        return _all(count, sandbox, lambda call: call["status"] == 200)

    with _locked(sandbox, store, count, "idempotency IN EXCLUSIVE MODE") as is_locked:
        yield lambda: is_locked() and all_answered()


@contextmanager
def before_it_is_answered(sandbox: Sandbox, store: Store, count: int) -> Iterator[Look]:
    """It is noted, but a lock holds up everybody who would say what is left of the day."""
    noted = count - count // 8  # an RMA that was created is looked at first, which takes a call
    with _locked(sandbox, store, count, "budget IN ACCESS EXCLUSIVE MODE") as is_locked:
        yield lambda: is_locked() and _count_noted(store, are=True) == noted


@contextmanager
def _locked(sandbox: Sandbox, store: Store, count: int, table: str) -> Iterator[Look]:
    """Lock our database once ReturnGO is at all of it, and tell whether it is locked."""
    _let_it_take_a_while(sandbox, "before", count)
    locks: list[Connection] = []
    with ExitStack() as opened:

        def lock() -> bool:
            if not locks and _all(count, sandbox, lambda _: True):
                locks.append(opened.enter_context(store.write()))
                if store.engine.dialect.name == "postgresql":
                    locks[0].execute(text(f"LOCK TABLE {table}"))
            return bool(locks)

        yield lock


def _let_it_take_a_while(sandbox: Sandbox, when: str, count: int) -> None:
    """Have ReturnGO work until all calls have come, so that all can be caught at it."""
    seconds = 1.5 + 0.1 * count
    delay = {"kind": "delay", "seconds": seconds, "when": when, "count": count}
    for method in ("POST", "PUT", "DELETE"):
        sandbox.control("faults", {**delay, "method": method})


def _all(count: int, sandbox: Sandbox, is_there: Callable[[dict[str, Any]], bool]) -> bool:
    return sum(map(is_there, writes(sandbox))) == count


def _count_noted(store: Store, *, are: bool) -> int:
    is_noted = idempotency.c.done_at.is_not(None)
    with store.read() as database:
        noted = select(func.count()).where(is_noted if are else ~is_noted)
        return int(database.execute(noted).scalar_one())


STEPS = (
    Step("with the key taken, before the call", before_the_call, is_sent=False),
    Step("while ReturnGO is at it", before_returngo_has_done_it),
    Step("when ReturnGO has done it, before its 200", after_returngo_has_done_it),
    Step("between ReturnGO's 200 and the note of it", before_it_is_noted),
    Step("between the note and the bridge's answer", before_it_is_answered, is_noted=True),
)
