"""Reading for hooks: a hook asks for its events as a poll does, again and again."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from connector.blocks import Trigger
from connector.connections import Connection, Connections, ForeignShop, NotRecognised
from connector.delivery.reading.wishes import Wish, Wishes
from connector.feed import Feed

log = structlog.get_logger()


@dataclass(frozen=True)
class HookReading:
    """Has ReturnGO read for all hooks, as often as the feed finds right."""

    feed: Feed
    wishes: Wishes
    connections: Connections
    triggers: Mapping[str, Trigger]
    _barred: set[Wish] = field(default_factory=set)

    def run(self) -> bool:
        """Begin what readings are due, without waiting for them. Raises StoreUnavailable."""
        by_filters = [key for key, trigger in self.triggers.items() if trigger.asks_by]
        for wish in self.wishes.all(by_filters):
            trigger = self.triggers.get(wish.trigger)
            if trigger is None:
                continue
            try:
                connection = self._connection(wish)
                self.feed.begin(connection, trigger, wish.shop, wish.filters)
            except (NotRecognised, ForeignShop) as error:
                self._tell_once(wish, error)
        return False

    def _connection(self, wish: Wish) -> Connection:
        if wish.api_key is not None:
            return self.connections.by_key(wish.api_key, wish.shop or "")
        operator = self.connections.operator()
        if operator is None:
            raise NotRecognised("RETURNGO_API_KEY is not set any more.")
        return operator

    def _tell_once(self, wish: Wish, error: Exception) -> None:
        if wish not in self._barred:
            self._barred.add(wish)
            log.warning(
                "delivery.not_read", connection=wish.connection, shop=wish.shop, reason=str(error)
            )
