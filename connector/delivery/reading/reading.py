"""Reading for hooks: a hook asks for its events as a poll does, again and again."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from connector.blocks import Trigger
from connector.connections import Connection, Connections, ForeignShop, NotRecognised
from connector.delivery.reading.demand import ReadDemand, ReadDemands
from connector.feed import Feed

log = structlog.get_logger()


@dataclass(frozen=True)
class HookReading:
    """Has ReturnGO read for all hooks, as often as the feed finds right."""

    feed: Feed
    demands: ReadDemands
    connections: Connections
    triggers: Mapping[str, Trigger]
    _barred: set[ReadDemand] = field(default_factory=set)

    def run(self) -> bool:
        """Begin what readings are due, without waiting for them. Raises StoreUnavailable."""
        kept: dict[str, Connection | None] = {}
        by_filters = [key for key, trigger in self.triggers.items() if trigger.asks_by]
        for demand in self.demands.all(by_filters):
            trigger = self.triggers.get(demand.trigger)
            if trigger is None:
                continue
            try:
                connection = self._connection(demand, kept)
                self.feed.begin(connection, trigger, demand.shop, demand.filters)
            except (NotRecognised, ForeignShop) as error:
                self._tell_once(demand, error)
        return False

    def _connection(self, demand: ReadDemand, kept: dict[str, Connection | None]) -> Connection:
        """Find the connection that a hook reads with; `kept` are those that were looked up."""
        if demand.api_key is not None:
            return self.connections.by_key(demand.api_key, demand.shop or "")
        if demand.connection not in kept:
            kept[demand.connection] = self.connections.by_id(demand.connection)
        found = kept[demand.connection]
        if found is None:
            raise NotRecognised("The connection of this hook is not kept any more.")
        return found

    def _tell_once(self, demand: ReadDemand, error: Exception) -> None:
        if demand not in self._barred:
            self._barred.add(demand)
            log.warning(
                "delivery.not_read",
                connection=demand.connection,
                shop=demand.shop,
                reason=str(error),
            )
