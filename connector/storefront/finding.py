"""Finding a customer's returns: one call for the list, one for each that is opened, then kept.

No RMA tells the id of its customer, so that ReturnGO's list must be asked. Answers are kept sealed,
in the memory of the process, for minutes; calls are counted into a share of the day's own.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cachetools import LRUCache

from connector.bridge import Bridge
from connector.budget import Allowance
from connector.connections import Connection
from connector.returngo import ReturnGO
from connector.returngo.lookup import find_rma, find_summaries
from connector.store.place import Place
from connector.storefront.told import summary, whole

MOST_RETURNS = 50  # of a customer, the newest
MOST_KEPT = 5000  # answers, in each web process
IN_MEMORY = Place(b"storefront")


class Finding:
    """Finds returns of customers; safe among threads."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._fresh = timedelta(seconds=bridge.settings.storefront_freshness)
        self._kept: LRUCache[str, tuple[datetime, bytes]] = LRUCache(MOST_KEPT)
        self._lock = threading.Lock()

    def shop(self, name: str) -> tuple[Connection, str] | None:
        """Find the connection that speaks for a store, and how it spells it; None for none."""
        for connection in self._bridge.connections.all():
            for shop in connection.shops:
                if shop.partition("@")[0] == name:
                    return connection, shop
        return None

    def all(self, connection: Connection, shop: str, customer_id: str) -> list[dict[str, Any]]:
        """List a customer's returns, the newest first. Raises ReturnGOError."""

        def ask(returngo: ReturnGO) -> list[dict[str, Any]]:
            found = find_summaries(returngo, MOST_RETURNS, customer_id=customer_id)
            return [summary(each) for each in found]

        found: list[dict[str, Any]] = self._get(connection, shop, f"of {customer_id}", ask)
        return found

    def one(
        self, connection: Connection, shop: str, customer_id: str, rma_id: str
    ) -> Mapping[str, Any] | None:
        """Find a return of a customer; None where it is not theirs. Raises ReturnGOError."""
        theirs = self.all(connection, shop, customer_id)
        if all(each["rma_id"] != rma_id for each in theirs):
            return None

        def ask(returngo: ReturnGO) -> dict[str, Any] | None:
            rma = find_rma(returngo, rma_id)
            return None if rma is None else whole(rma)

        found: Mapping[str, Any] | None = self._get(connection, shop, f"rma {rma_id}", ask)
        return found

    def _get(
        self, connection: Connection, shop: str, about: str, ask: Callable[[ReturnGO], Any]
    ) -> Any:
        vault, now = self._bridge.vault, self._bridge.clock.now()
        name = vault.mark("storefront", f"{connection.id}\0{shop}\0{about}")
        with self._lock:
            kept = self._kept.get(name)
        if kept is not None and timedelta() <= now - kept[0] < self._fresh:
            return vault.open(kept[1], IN_MEMORY)
        answer = ask(self._bridge.upstream.open(self._with_share(connection), shop))
        with self._lock:
            self._kept[name] = now, vault.seal(answer, IN_MEMORY)
        return answer

    def _with_share(self, connection: Connection) -> Connection:
        """Have calls be counted as the storefront's, which has so many a day for each key."""
        settings = self._bridge.settings
        share = Allowance(
            token=f"storefront {connection.key_id}",
            name="storefront",
            a_minute=None,
            a_day=settings.storefront_calls,
        )
        return replace(connection, allowance=share)
