"""What doctor looks at: a bridge as it is set up here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import requests
from sqlalchemy.engine import make_url

from connector.bridge import Bridge
from connector.budget import Budget
from connector.clock import Clock
from connector.config import Settings
from connector.connections import Connection
from connector.feed import NextReading
from connector.inbound import Inboxes
from connector.returngo import Upstream
from connector.store import Store

REACH_SECONDS = 5.0

Plan = Callable[[Connection], Sequence[NextReading]]
Reach = Callable[[str], int]
"""Asks an address and returns the status; raises OSError where nothing answers."""


def reach(url: str) -> int:
    """GET `url`, and return the status of the answer. Raises OSError where nothing answers."""
    with requests.Session() as session:
        session.trust_env = False  # as whatever else the bridge calls
        return session.get(url, timeout=REACH_SECONDS, allow_redirects=False).status_code


def database_file(database_url: str) -> Path | None:
    """Return the file of a SQLite database, None for a database of another sort."""
    url = make_url(database_url)
    is_file = url.get_backend_name() == "sqlite" and url.database is not None
    return Path(str(url.database)) if is_file else None


@dataclass(frozen=True, kw_only=True)
class Setup:
    """A bridge's settings and parts.

    `connection` is the one that is looked at, None where the bridge keeps no key; `plan` tells when
    each of its lists is read next. `is_new` says that the file of the database was not there before
    doctor came.
    """

    settings: Settings
    connection: Connection | None
    plan: Plan
    store: Store
    budget: Budget
    upstream: Upstream
    inboxes: Inboxes
    clock: Clock
    reach: Reach = reach
    is_new: bool = False

    @classmethod
    def of(cls, bridge: Bridge, connection: Connection | None, *, is_new: bool = False) -> Self:
        """Look at a bridge, for one of the connections that it keeps."""
        return cls(
            settings=bridge.settings,
            connection=connection,
            plan=bridge.feed.plan,
            store=bridge.store,
            budget=bridge.budget,
            upstream=bridge.upstream,
            inboxes=bridge.inboxes,
            clock=bridge.clock,
            is_new=is_new,
        )
