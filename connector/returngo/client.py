"""ReturnGO's calls, one method each. What is only assumed of them: docs/assumptions.md."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from connector.budget import Budget
from connector.clock import SYSTEM_CLOCK, Clock
from connector.connections import Connection
from connector.returngo.answers import Rows, read_object, read_page
from connector.returngo.caller import Caller
from connector.returngo.errors import BadRequest
from connector.returngo.transport import Transport

LARGEST_PAGE = 500
PATIENCE = 25.0  # seconds: the platforms give up at 30
READ_ATTEMPT = 10.0


@dataclass(frozen=True)
class ReturnGO:
    """ReturnGO as one connection sees one shop. Every method raises ReturnGOError.

    Documents are answered as ReturnGO shows them, with Decimal for fractions.
    """

    caller: Caller

    @property
    def shop(self) -> str:
        """Name the shop that every call is about."""
        return self.caller.shop

    def list_rmas(
        self,
        *,
        updated_since: datetime | None = None,
        cursor: str | None = None,
        pagesize: int = LARGEST_PAGE,
    ) -> Rows:
        """GET /rmas: summaries, newest id first, of what was updated since `updated_since`."""
        return self._page("/rmas", "rmas", pagesize, cursor, "rma_updated_at", updated_since)

    def get_rma(self, rma_id: str) -> dict[str, Any]:
        """GET /rma/{rmaId}: one RMA with customer, items, shipments, transactions."""
        answer = self.caller.call("GET", f"/rma/{_segment(rma_id)}", repeatable=True)
        return read_object(answer)

    def update_rma_status(self, rma_id: str, status: str) -> None:
        """PUT /rma/{rmaId}/status. What it answers is not known."""
        self.caller.call(
            "PUT",
            f"/rma/{_segment(rma_id)}/status",
            body={"status": status},  # [A] status-body
            repeatable=True,
        )

    def list_transactions(
        self,
        *,
        updated_since: datetime | None = None,
        cursor: str | None = None,
        pagesize: int = LARGEST_PAGE,
    ) -> Rows:
        """GET /transactions: oldest id first, of what was updated at or after `updated_since`."""
        return self._page(
            "/transactions", "transactions", pagesize, cursor, "updated_at", updated_since
        )

    def update_transaction(self, transaction_id: str, changes: dict[str, str]) -> None:
        """PUT /transaction/{transactionId}: record what happened outside ReturnGO.

        What it answers is not known.
        """
        self.caller.call(
            "PUT", f"/transaction/{_segment(transaction_id)}", body=changes, repeatable=True
        )

    def _page(
        self,
        path: str,
        rows_key: str,
        pagesize: int,
        cursor: str | None,
        updated_column: str,
        updated_since: datetime | None,
    ) -> Rows:
        query = [("pagesize", str(pagesize))]
        if cursor is not None:
            query.append(("cursor", cursor))
        if updated_since is not None:
            # [A] filters-are-utc
            query.append((updated_column, f"gte:{updated_since:%Y-%m-%dT%H:%M:%S}"))
        return read_page(self.caller.call("GET", path, query=query, repeatable=True), rows_key)


@dataclass(frozen=True)
class Upstream:
    """Opens ReturnGO for whoever calls: one pool of connections and one budget for all."""

    transport: Transport
    budget: Budget
    clock: Clock = SYSTEM_CLOCK

    def open(self, connection: Connection, shop: str, *, background: bool = False) -> ReturnGO:
        """Open one shop of a connection; work in the `background` leaves the reserve alone."""
        return ReturnGO(
            Caller(
                transport=self.transport,
                budget=self.budget,
                clock=self.clock,
                connection=connection,
                shop=shop,
                background=background,
                patience=PATIENCE,
                attempt=READ_ATTEMPT if background else PATIENCE,
            )
        )


def _segment(resource_id: str) -> str:
    if not resource_id.strip("."):  # nothing, or a path's own word for here and up
        raise BadRequest(f"{resource_id!r} is not an id.")
    return quote(resource_id, safe="")
