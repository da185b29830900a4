"""Testing a connection: is the key good for the shop? Asked of ReturnGO once in a few minutes."""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select

from connector.budget import BudgetError, Purpose
from connector.clock import SYSTEM_CLOCK, Clock, furthest
from connector.connections import Connection
from connector.returngo import KeyRefused, ShopRefused, Upstream
from connector.store import Store
from connector.store.tables import verification

VERIFIED_FOR = timedelta(minutes=5)

_REFUSALS = {error.__name__: error for error in (KeyRefused, ShopRefused)}


class Verification:
    """Verifies connections and remembers what ReturnGO said."""

    def __init__(self, store: Store, upstream: Upstream, clock: Clock = SYSTEM_CLOCK) -> None:
        self._store = store
        self._upstream = upstream
        self._clock = clock

    def verify(self, connection: Connection, shop: str) -> datetime:
        """Return when ReturnGO last accepted the connection's key for the shop.

        Raises KeyRefused, ShopRefused and other ReturnGOError, and StoreUnavailable.
        """
        now = self._clock.now()
        with self._store.read() as database:
            row = (
                database.execute(
                    select(verification).where(
                        verification.c.connection == connection.id,
                        verification.c.key_id == connection.key_id,
                        verification.c.shop == shop,
                        verification.c.checked_at > now - VERIFIED_FOR,
                        verification.c.checked_at <= furthest(now, timedelta()),
                    )
                )
                .mappings()
                .first()
            )
        if row is None:
            return self._ask(connection, shop, now)
        if row["refusal"] is not None:
            raise _REFUSALS[row["refusal"]](row["sentence"])
        checked_at: datetime = row["checked_at"]
        return checked_at

    def verify_first(self, connection: Connection, shop: str) -> None:
        """See whether ReturnGO accepts a key of which nothing is known; if not, nothing is kept.

        Raises what `verify` raises.
        """
        self._upstream.open(connection, shop, counted=False).list_rmas(pagesize=1)
        with suppress(BudgetError):
            self._upstream.budget.take(connection.key_id, Purpose.LOOKING_UP)
        self._remember(connection, shop, self._clock.now(), None, None)

    def accepted_at(self, connection: Connection, shop: str) -> datetime | None:
        """Return when ReturnGO last accepted the key; None where it did not when it was tried last.

        Raises StoreUnavailable.
        """
        with self._store.read() as database:
            return database.execute(
                select(verification.c.checked_at).where(
                    verification.c.connection == connection.id,
                    verification.c.key_id == connection.key_id,
                    verification.c.shop == shop,
                    verification.c.refusal.is_(None),
                )
            ).scalar()

    def _ask(self, connection: Connection, shop: str, now: datetime) -> datetime:
        try:
            self._upstream.open(connection, shop).list_rmas(pagesize=1)
        except (KeyRefused, ShopRefused) as error:
            self._remember(connection, shop, now, type(error).__name__, str(error))
            raise
        self._remember(connection, shop, now, None, None)
        return now

    def _remember(
        self,
        connection: Connection,
        shop: str,
        now: datetime,
        refusal: str | None,
        sentence: str | None,
    ) -> None:
        found = {
            "key_id": connection.key_id,
            "checked_at": now,
            "refusal": refusal,
            "sentence": sentence,
        }
        with self._store.write() as database:
            database.execute(
                self._store.insert(verification)
                .values(connection=connection.id, shop=shop, **found)
                .on_conflict_do_update(index_elements=["connection", "shop"], set_=found)
            )
