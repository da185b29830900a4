"""Calls: idempotency keys, deeds, and what unused keys of ReturnGO leave behind."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, update

from connector.connections import BROUGHT
from connector.deeds.deeds import DEEDS_KEPT_FOR, DETAILS_KEPT_FOR
from connector.idempotency.keys import KEYS_KEPT_FOR
from connector.store import Store
from connector.store.tables import (
    budget,
    deed,
    finding,
    idempotency,
    milestone,
    spent,
    token_calls,
    verification,
)
from connector.verification import KNOWN_FOR

TALLY_KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Calls:
    """Deletes idempotency keys after a week, deeds after 90 days, their details after a week.

    What ReturnGO's keys left behind goes after `keeps`; that a key which a caller brought was
    accepted, when the key is not known any more.
    """

    store: Store
    keeps: timedelta

    def run(self, now: datetime) -> bool:
        """Delete what is old, all of it. Raises StoreUnavailable."""
        until = now - self.keeps
        is_used = exists().where(budget.c.key_id == finding.c.key_id)
        old = (
            (idempotency, idempotency.c.started_at < now - KEYS_KEPT_FOR),
            (deed, deed.c.began_at < now - DEEDS_KEPT_FOR),
            (verification, verification.c.checked_at < until),
            (
                verification,
                verification.c.connection.startswith(BROUGHT)
                & (verification.c.checked_at < now - KNOWN_FOR),
            ),
            (spent, spent.c.hour < now - TALLY_KEPT_FOR),
            (milestone, milestone.c.day < until.date().isoformat()),
            (token_calls, token_calls.c.day < (now - TALLY_KEPT_FOR).date().isoformat()),
            (budget, budget.c.day < until.date().isoformat()),
            (finding, (finding.c.found_at < until) & ~is_used),
        )
        with self.store.write() as database:
            for table, which in old:
                database.execute(delete(table).where(which))
            is_full = (deed.c.began_at < now - DETAILS_KEPT_FOR) & deed.c.details.is_not(None)
            database.execute(update(deed).where(is_full).values(details=None))
        return False
