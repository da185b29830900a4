"""Findings: what doctor found out about ReturnGO with a key, for the rules that make use of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from connector.store import Store
from connector.store.tables import finding

UPDATED_FILTER_SEES_ALL = "updated-filter-sees-all"
"""TRUE: what moves an RMA without `lastUpdated`, such as *Received*, is listed by
`rma_updated_at` all the same, so that the list of what is open serves reconciling only."""


class Verdict(StrEnum):
    """Whether something that is assumed of ReturnGO holds."""

    TRUE = "true"
    FALSE = "false"
    CANNOT_TELL = "cannot tell"


class Findings:
    """Remembers verdicts, one for each key and name. Each method raises StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, key_id: str, name: str, verdict: Verdict, at: datetime) -> None:
        """Keep a verdict; an earlier one of this name is replaced."""
        found = {"verdict": verdict.value, "found_at": at}
        with self._store.write() as database:
            database.execute(
                self._store.insert(finding)
                .values(key_id=key_id, name=name, **found)
                .on_conflict_do_update(index_elements=["key_id", "name"], set_=found)
            )

    def get(self, key_id: str, name: str) -> Verdict | None:
        """Return the verdict that was kept, or None where doctor has not been at it."""
        with self._store.read() as database:
            kept = database.execute(
                select(finding.c.verdict).where(finding.c.key_id == key_id, finding.c.name == name)
            ).scalar()
        return None if kept is None else Verdict(kept)

    def false(self, key_id: str) -> list[str]:
        """Return the names of what was found not to hold, in their order."""
        with self._store.read() as database:
            found = database.execute(
                select(finding.c.name)
                .where(finding.c.key_id == key_id, finding.c.verdict == Verdict.FALSE)
                .order_by(finding.c.name)
            )
            return list(found.scalars())
