"""Parcels that a detail still shows as they were, for a while after they were changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.sandbox.exact_json import Json


@dataclass
class _Stale:
    body: Json
    since: datetime
    shows_old: bool = True


class StaleParcels:
    """Shows an updated parcel by turns as it was and as it is, the old one first."""

    def __init__(self) -> None:
        self._stale: dict[str, _Stale] = {}

    def was(self, body: Json, now: datetime) -> None:
        """Note how a parcel was shown before it was updated now."""
        self._stale[body["shipmentId"]] = _Stale(body, now)

    def seen(self, detail: Json, now: datetime, lag: float) -> Json:
        """Show a return's detail as a reader sees it who may come too early."""
        parcels = [self._seen(body, now, timedelta(seconds=lag)) for body in detail["shipments"]]
        return {**detail, "shipments": parcels}

    def _seen(self, body: Json, now: datetime, lag: timedelta) -> Json:
        stale = self._stale.get(body["shipmentId"])
        if stale is None or not stale.since <= now < stale.since + lag:
            return body
        shows_old, stale.shows_old = stale.shows_old, not stale.shows_old
        return stale.body if shows_old else body
