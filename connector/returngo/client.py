"""ReturnGO's calls, one method each. What is only assumed of them: docs/assumptions.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from connector.clock import MAX_CLOCK_SKEW
from connector.connections import Connection
from connector.returngo.answers import Answer, Rows, read_list, read_object, read_page
from connector.returngo.caller import Caller
from connector.returngo.errors import BadRequest

LARGEST_PAGE = 500


@dataclass(frozen=True)
class ReturnGO:
    """ReturnGO as one connection sees one shop. Every method raises ReturnGOError.

    Documents are answered as ReturnGO shows them, with Decimal for fractions.
    """

    caller: Caller

    clocks_apart: ClassVar[timedelta] = MAX_CLOCK_SKEW
    """How far ReturnGO's clock may be from the bridge's, at most."""

    @property
    def shop(self) -> str:
        """Return the shop that every call is about."""
        return self.caller.shop

    @property
    def connection(self) -> Connection:
        """Return the connection whose key is used."""
        return self.caller.connection

    @property
    def shops(self) -> tuple[str, ...]:
        """Return the shops that the connection may speak for."""
        return self.caller.connection.shops

    def now(self) -> datetime:
        """Return the time by the clock that calls go by."""
        return self.caller.clock.now()

    def list_rmas(
        self,
        *,
        updated_since: datetime | None = None,
        created_since: datetime | None = None,
        cursor: str | None = None,
        pagesize: int = LARGEST_PAGE,
        sort_by: str | None = None,
        **filters: Sequence[str],
    ) -> Rows:
        """GET /rmas: summaries, newest id first, of what was updated since `updated_since`.

        `filters` are comma lists by ReturnGO's own names: `status`, `order_name`, `customer_ids`,
        `tracking_numbers`. `sort_by` is such as `-rma_updated_at`.
        """
        times = {"rma_updated_at": updated_since, "rma_created_at": created_since}
        return self._page("/rmas", "rmas", pagesize, cursor, times, sort_by, filters)

    def get_rma(self, rma_id: str) -> dict[str, Any]:
        """GET /rma/{rmaId}: one RMA with customer, items, shipments, transactions."""
        return read_object(self.caller.call("GET", f"/rma/{_segment(rma_id)}", repeatable=True))

    def update_rma_status(self, rma_id: str, status: str) -> None:
        """PUT /rma/{rmaId}/status. What it answers is not known."""
        self.caller.call(
            "PUT",
            f"/rma/{_segment(rma_id)}/status",
            body={"status": status},  # [A] status-body
            repeatable=True,
        )

    def add_comment(self, rma_id: str, html: str) -> None:
        """POST /rma/{rmaId}/comment. What it answers is not known."""
        path = f"/rma/{_segment(rma_id)}/comment"
        self.caller.call("POST", path, body={"htmlText": html}, repeatable=False)

    def get_eligible_policies(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        """POST /rma/getEligiblePolicies: items of an order, each with what it may use."""
        path = "/rma/getEligiblePolicies"
        return read_page(self.caller.call("POST", path, body=body, repeatable=True), "items").rows

    def create_rma(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST /rma/createByPolicy: a new RMA of items of an order, with a policy each."""
        path = "/rma/createByPolicy"
        return read_object(self.caller.call("POST", path, body=body, repeatable=False))

    def update_shipment(self, shipment_id: str, changes: Mapping[str, str]) -> dict[str, Any]:
        """PUT /shipment/{shipmentId}: answers the whole shipment."""
        path = f"/shipment/{_segment(shipment_id)}"
        return read_object(self.caller.call("PUT", path, body=changes, repeatable=True))

    def delete_shipment(self, shipment_id: str, *, repeatable: bool = False) -> None:
        """DELETE /shipment/{shipmentId}. A repetition finds nothing, and raises NotFound."""
        self.caller.call("DELETE", f"/shipment/{_segment(shipment_id)}", repeatable=repeatable)

    def track_shipment(self, body: Mapping[str, str]) -> None:
        """POST /shipment-tracker: start the carrier's tracking. What it answers is not known."""
        # [A] tracker-again
        self.caller.call("POST", "/shipment-tracker", body=body, repeatable=True)

    def list_transactions(
        self,
        *,
        updated_since: datetime | None = None,
        created_since: datetime | None = None,
        cursor: str | None = None,
        pagesize: int = LARGEST_PAGE,
        sort_by: str | None = None,
        **filters: Sequence[str],
    ) -> Rows:
        """GET /transactions: oldest id first, of what was updated at or after `updated_since`.

        `filters` are comma lists by ReturnGO's own names: `rma_ids`, `order_ids`, `statuses`,
        `types`, `processors`, `ids`.
        """
        times = {"updated_at": updated_since, "created_at": created_since}
        path = "/transactions"
        return self._page(path, "transactions", pagesize, cursor, times, sort_by, filters)

    def update_transaction(self, transaction_id: str, changes: Mapping[str, str]) -> None:
        """PUT /transaction/{transactionId}: record what happened outside ReturnGO.

        What it answers is not known.
        """
        path = f"/transaction/{_segment(transaction_id)}"
        self.caller.call("PUT", path, body=changes, repeatable=True)

    def list_webhooks(self) -> list[dict[str, Any]]:
        """GET /webhooks: `id`, `url` and `eventName` of each registration."""
        return read_list(self.caller.call("GET", "/webhooks", repeatable=True))

    def add_webhook(self, url: str, event_name: str) -> None:
        """POST /webhook. What it answers is not known."""
        body = _registration(url, event_name)
        self.caller.call("POST", "/webhook", body=body, repeatable=False)

    def change_webhook(self, webhook_id: str, url: str, event_name: str) -> None:
        """PUT /webhook/{webhookId}. What it answers is not known."""
        path = f"/webhook/{_segment(webhook_id)}"
        body = _registration(url, event_name)
        self.caller.call("PUT", path, body=body, repeatable=True)

    def delete_webhook(self, webhook_id: str) -> None:
        """DELETE /webhook/{webhookId}."""
        self.caller.call("DELETE", f"/webhook/{_segment(webhook_id)}", repeatable=True)

    def request(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]] = (),
        body: Any = None,
    ) -> Answer:
        """Call anything; `path` must be safe. A POST may add something, so it is not repeated."""
        repeatable = method != "POST"
        return self.caller.call(method, path, query=list(query), body=body, repeatable=repeatable)

    def _page(
        self,
        path: str,
        rows_key: str,
        pagesize: int,
        cursor: str | None,
        times: Mapping[str, datetime | None],
        sort_by: str | None,
        filters: Mapping[str, Sequence[str]],
    ) -> Rows:
        query = [("pagesize", str(pagesize))]
        if cursor is not None:
            query.append(("cursor", cursor))
        if sort_by is not None:
            query.append(("sort_by", sort_by))
        for column, since in times.items():
            if since is not None:
                # [A] filters-are-utc
                query.append((column, f"gte:{since:%Y-%m-%dT%H:%M:%S}"))
        query += [(name, ",".join(words)) for name, words in filters.items() if words]
        return read_page(self.caller.call("GET", path, query=query, repeatable=True), rows_key)


def _registration(url: str, event_name: str) -> dict[str, str]:
    return {"url": url, "eventName": event_name}  # [A] webhook-body


def _segment(resource_id: str) -> str:
    if not resource_id.strip("."):  # nothing, or a path's own word for here and up
        raise BadRequest(f"{resource_id!r} is not an id.")
    return quote(resource_id, safe="")
