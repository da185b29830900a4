"""What ReturnGO is to be read for, on behalf of hooks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from connector.delivery.queue.resting import IS_AT_WORK
from connector.store import Store, Vault, place
from connector.store.tables import subscription


@dataclass(frozen=True)
class ReadDemand:
    """What ReturnGO is to be read for, on behalf of one hook or of several."""

    connection: str
    trigger: str
    shop: str | None
    api_key: str | None = field(repr=False)
    filters: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class ReadDemands:
    """Finds what the hooks want read that do not rest. Raises StoreUnavailable."""

    store: Store
    vault: Vault

    def all(self, by_filters: Collection[str] = ()) -> list[ReadDemand]:
        """List each once.

        Of the triggers `by_filters`, the filters say what is to be read, too.
        """
        with self.store.read() as database:
            rows = database.execute(
                select(
                    subscription.c.connection,
                    subscription.c.trigger,
                    subscription.c.shop,
                    subscription.c.filters,
                    subscription.c.api_key,
                    subscription.c.id,
                ).where(IS_AT_WORK)
            ).all()
        sealed = {
            (*row[:3], row.filters if row.trigger in by_filters else None): (
                row.api_key,
                row.id,
            )
            for row in rows
        }
        return [
            ReadDemand(
                connection=connection,
                trigger=trigger,
                shop=shop,
                api_key=key and self.vault.open(key, place(subscription.c.api_key, hook_id)),
                filters={}
                if own is None
                else self.vault.open(own, place(subscription.c.filters, hook_id)),
            )
            for (connection, trigger, shop, own), (key, hook_id) in sealed.items()
        ]
