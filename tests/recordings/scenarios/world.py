"""The small world in which scenarios happen: a sandbox, and what is done there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from connector.sandbox.app import SandboxApp
from tests.recordings.performing import API_KEY, SHOP

Given = dict[str, Any]

# Each time is another one, and the customer's money another than the shop's: two fields that
# change places are seen.
CREATED = "2026-02-04T07:02:24+00:00"
UPDATED = "2026-02-04T09:08:06+00:00"
LONG_AGO = "2026-01-27T07:02:24+00:00"
A_WEEK_BEFORE = "2026-01-28T12:30:00+00:00"
REFUNDED = "2026-02-04T10:15:30+00:00"


@dataclass(frozen=True)
class World:
    """A ReturnGO to let things happen at."""

    sandbox: SandboxApp

    def happen(self, path: str, **options: Any) -> Any:
        """Make something happen by a control call of the sandbox."""
        return self.call("POST", f"/_sandbox/{path}", options)

    def call(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Do something as somebody else who uses ReturnGO."""
        headers = {"x-api-key": API_KEY, "x-shop-name": SHOP}
        answer = self.sandbox.test_client().open(path, method=method, json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json

    def rma(self, **options: Any) -> Any:
        """Make a return of an invented customer, by itself one that is approved."""
        times = {"created_at": CREATED, "updated_at": UPDATED}
        return self.happen("rmas", **{"status": "Approved", "currency": "EUR", **times, **options})

    def standing_rma(self) -> None:
        """Make a return that will have stood a week between the first poll and the second."""
        self.rma(created_at=LONG_AGO, updated_at=A_WEEK_BEFORE)

    def refund(self, **options: Any) -> Any:
        """Make a refund of the newest return, by itself one that waits to be paid."""
        times = {"created_at": UPDATED, "updated_at": UPDATED}
        return self.happen("transactions", **{"bank_account": True, **times, **options})

    def whole_rma(self, **options: Any) -> Any:
        """Make a return of which ReturnGO tells everything: with a label and a paid refund."""
        made = self.rma(**options)
        self.happen(f"shipments/{shipment_id(made)}")
        self.refund(status="Success", amount="59.9", updated_at=REFUNDED)
        return made

    def order(self, **options: Any) -> dict[str, Any]:
        """Make an order, and name it and its lines."""
        made = self.happen("orders", **options)
        lines = [line["shopLineItemId"] for line in made["items"]]
        return {"order_id": made["orderId"], "lines": lines}


Scenario = Callable[[World], Iterator[Given]]


def rma_id(made: Any) -> str:
    """Return the id of a return that was made."""
    return str(made["rmaSummary"]["rmaId"])


def shipment_id(made: Any) -> str:
    """Return the id of the parcel of a return that was made."""
    return str(made["shipments"][0]["shipmentId"])
