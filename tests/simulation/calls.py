"""What each call to ReturnGO was for."""

from collections import Counter
from datetime import datetime
from enum import StrEnum
from typing import Any

import requests
from sqlalchemy import select

from connector.blocks import Resource
from connector.sandbox.app import SandboxApp
from connector.store import Store
from connector.store.tables import stream
from tests.feed.returngo import path_of
from tests.stand_ins import HandClock, WsgiAdapter


class Purpose(StrEnum):
    """Why ReturnGO is called."""

    OPEN = "open"
    """The lists of the returns that are open."""
    UPDATED = "updated"
    """The lists of the returns that were updated."""
    TRANSACTIONS = "transactions"
    """The lists of the transactions that were updated."""
    DETAILS = "details"
    """A return that a list has shown to have moved."""
    LOOKS = "looks"
    """A return that is only looked at again, for its parcels and comments."""
    REFUNDS = "refunds"
    """Finding the returns that transactions belong to."""
    ACTIONS = "actions"


LISTS = frozenset({Purpose.OPEN, Purpose.UPDATED, Purpose.TRANSACTIONS})


class CountingWire(WsgiAdapter):
    """The way to ReturnGO; it counts who goes there, by the hour."""

    def __init__(self, sandbox: SandboxApp, store: Store, clock: HandClock) -> None:
        super().__init__(sandbox)
        self._rmas = sandbox.simulation.world.rmas
        self._store = store
        self._clock = clock
        self._read: dict[int, tuple[datetime, str]] = {}
        self.total = 0
        self.refused = 0
        self.by_hour: dict[datetime, Counter[Purpose]] = {}

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        now = self._clock.now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        self.by_hour.setdefault(hour, Counter())[self._purpose(request, now)] += 1
        self.total += 1
        response = super().send(request)
        self.refused += response.status_code == requests.codes.too_many_requests
        return response

    def _purpose(self, request: requests.PreparedRequest, now: datetime) -> Purpose:
        path, url = path_of(request), str(request.url)
        if request.method != "GET":
            return Purpose.ACTIONS
        if path == "/rmas" and ("updated_at=" in url or "status=" in url):
            return Purpose.OPEN if "status=" in url else Purpose.UPDATED
        if path == "/transactions" and "updated_at=" in url:
            return Purpose.TRANSACTIONS
        if not path.startswith("/rma/") or self._reader(now) == Resource.TRANSACTIONS:
            return Purpose.REFUNDS
        rma = self._rmas[int(path.removeprefix("/rma/"))]
        at, status = self._read.get(rma.id, (rma.created_at, ""))
        self._read[rma.id] = now, rma.status
        has_moved = at <= rma.last_updated or status != rma.status
        return Purpose.DETAILS if has_moved else Purpose.LOOKS

    def _reader(self, now: datetime) -> str | None:
        """Return what the one stream tells that is being read now."""
        with self._store.read() as database:
            found: str | None = database.execute(
                select(stream.c.resource).where(stream.c.lease_until > now)
            ).scalar()
        return found
