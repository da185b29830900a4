"""What the answers that arrived whole have shown of RMAs, and what must have been told of that.

It knows nothing of the feed's rules. An RMA is sighted in a list of what is open, in one of what
was updated, or in its details; and a list of what is open that has ended without it shows that it
is not. Each status that differs from the one sighted before is to be told once, and so is each
event that ReturnGO has dated, unless it is that of an approval that failed.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from connector.sandbox.world.bodies import shipment_body
from connector.sandbox.world.lifecycle import OPEN_RMA_STATUSES
from connector.sandbox.world.models import Rma, Shipment
from schemas.reading import read_moment

FIRST = "Pending"
STATUSES = {
    f"RMA_{status.upper()}": status
    for status in (*OPEN_RMA_STATUSES, "Done", "Rejected", "Canceled")
}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Sighting:
    """What was shown of an RMA: its status, None where it was not open, and how many events.

    `is_listed` tells whether a list of what is open has shown it.
    """

    at: datetime
    status: str | None
    events: int
    is_listed: bool = False


@dataclass(frozen=True)
class Told:
    """What was told of an RMA: the status, and when it came into that if an event dates it."""

    status: str
    at: datetime | None


@dataclass
class Stay:
    """An RMA was seen in a status from `seen` until it was not, or to the end.

    It came into it at `since` at the earliest.
    """

    status: str
    since: datetime
    seen: datetime
    until: datetime | None = None


class Sightings:
    """All that was seen of each RMA, and what really became of it."""

    def __init__(self, rmas: dict[int, Rma], now: Callable[[], datetime]) -> None:
        self._rmas = rmas
        self._now = now
        self._seen: dict[int, list[Sighting]] = defaultdict(list)
        self._open: dict[str, set[int]] = {}
        self._scan_began: dict[str, datetime] = {}
        self._came: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
        self._failed: dict[int, set[int]] = defaultdict(set)
        self._unlabelled: dict[str, datetime] = {}

    # What happens, and what is seen of it

    def note(self, rma: Rma, before: tuple[str, int]) -> None:
        """Note what has become of an RMA since it had that status and so many events."""
        status, events = before
        if rma.status != status:
            self._came[rma.id].append((self._now(), rma.status))
        elif len(rma.events) > events:
            self._failed[rma.id].add(events)

    def see(
        self, request: requests.PreparedRequest, document: dict[str, Any]
    ) -> Callable[[], None]:
        """Look at an answer; what is returned notes it, once the bridge has it."""
        path, query = urlsplit(str(request.url)).path, parse_qs(urlsplit(str(request.url)).query)
        at = self._now()
        unlabelled: set[str] = set()
        if path.startswith("/rma/") and request.method == "GET":
            unlabelled = _unlabelled(document)
            seen = [] if self._is_old(document) else [self._row(document["rmaSummary"], at)]
        elif path == "/rmas" and ("status" in query or "rma_updated_at" in query):
            is_listed = "status" in query
            seen = [self._row(row, at, is_listed=is_listed) for row in document["rmas"]]
        else:
            return lambda: None
        is_scan = "status" in query

        def note() -> None:
            self._unlabelled.update(dict.fromkeys(unlabelled, at))
            for rma_id, sighting in seen:
                self._seen[rma_id].append(sighting)
            if is_scan:
                shop = str(request.headers["x-shop-name"])
                self._scan(shop, {each for each, _ in seen}, query, document)

        return note

    def _scan(
        self, shop: str, ids: set[int], query: dict[str, Any], document: dict[str, Any]
    ) -> None:
        found = self._open.setdefault(shop, set())
        if "cursor" not in query:
            found.clear()
            self._scan_began[shop] = self._now()
        found |= ids
        if document.get("next_cursor"):
            return
        for rma_id, seen in self._seen.items():
            last = seen[-1] if seen else None
            is_here = rma_id in found or self._rmas[rma_id].shop != shop
            if last is None or last.at > self._scan_began[shop]:
                # It may be younger than the page that it would be on.
                continue
            if last.status in OPEN_RMA_STATUSES and not is_here:
                seen.append(Sighting(self._now(), None, last.events))

    def _row(
        self, row: dict[str, Any], at: datetime, *, is_listed: bool = False
    ) -> tuple[int, Sighting]:
        return int(row["rmaId"]), Sighting(at, row["status"], len(row["events"]), is_listed)

    def _is_old(self, details: dict[str, Any]) -> bool:
        """Whether details show a parcel that has changed since: they may be left aside."""
        rma = self._rmas[int(details["rmaSummary"]["rmaId"])]
        return bool(details["shipments"] != [shipment_body(each) for each in rma.shipments])

    # What must have been told

    def statuses(
        self, rma: Rma, told: list[Told], since: datetime, asked_at: datetime, ready_at: datetime
    ) -> Counter[Told]:
        """Say which statuses must have been told of an RMA to somebody who asked at that time.

        The bridge's baseline is `since`, and it had read for the first time by `ready_at`. What was
        seen before somebody asked is no news.
        """
        expected = Counter[Told]()
        is_new = rma.created_at >= since
        last: str | None = FIRST if is_new else None
        shown = 1
        for seen in self._seen[rma.id]:
            if seen.status is None:
                continue
            is_news = seen.at >= asked_at
            is_unknown, is_dated = last is None, False
            for at, each in self._named(rma, shown, seen, told):
                last = each.status
                if at >= since:
                    is_dated = True
                    expected[each] = max(expected[each], int(is_news))
            shown = max(shown, seen.events)
            if (is_unknown and not is_dated) or (not is_new and seen is self._seen[rma.id][0]):
                # Of an older one, the first sight is no news, unless it was not open before. One
                # that was reopened while the bridge read for the first time may be told so.
                is_back = seen.at > ready_at and seen.status in OPEN_RMA_STATUSES and is_news
                may_be = self._was_reopened(rma, seen) and Told(seen.status, None) in told
                expected[Told(seen.status, None)] += (is_back or may_be) and not is_dated
            elif seen.status != last or (
                # A new one that was closed and reopened before anybody saw it may be told so.
                seen is self._seen[rma.id][0]
                and self._was_reopened(rma, seen)
                and Told(seen.status, None) in told
            ):
                expected[Told(seen.status, None)] += is_news
            last = seen.status
        if (is_new or last is not None) and last != rma.status and self._matters(rma):
            expected[Told(f"never seen: {rma.status}", None)] += 1
        return +expected

    def _named(
        self, rma: Rma, shown: int, seen: Sighting, told: list[Told]
    ) -> Iterator[tuple[datetime, Told]]:
        """Go through the events that are seen for the first time and came true, with their time."""
        for number in range(shown, seen.events):
            event = rma.events[number]
            named = Told(STATUSES[event["eventName"]], read_moment(event["eventDate"]))
            if named.at is None:
                continue
            is_doubtful = self._is_doubtful(rma, number, seen) and named in told
            if number not in self._failed[rma.id] or is_doubtful:
                yield named.at, named

    def _is_doubtful(self, rma: Rma, number: int, seen: Sighting) -> bool:
        """Whether nobody can tell that an approval failed, so that it may be told.

        Before it was seen for the first time, its RMA had been canceled or rejected: then one that
        came true would look the same.
        """
        later = rma.events[number + 1 : seen.events]
        is_closed = seen.status in ("Canceled", "Rejected")
        return is_closed or any(each["eventName"] != "RMA_APPROVED" for each in later)

    def _was_reopened(self, rma: Rma, seen: Sighting) -> bool:
        """Whether an RMA came into the status in which it is seen out of another one."""
        return any(at <= seen.at and status == seen.status for at, status in self._came[rma.id])

    def was_closed(self, rma: Rma, at: datetime) -> bool:
        """Whether an RMA was rejected, canceled or done at some time."""
        came = [status for when, status in self._came[rma.id] if when < at]
        return bool(came) and came[-1] not in OPEN_RMA_STATUSES

    def _matters(self, rma: Rma) -> bool:
        """Whether an RMA was open since the baseline, as far as anybody could see."""
        return any(each.status in OPEN_RMA_STATUSES for each in self._seen[rma.id])

    def looked_approved(self, rma: Rma) -> bool:
        """Whether an approval failed of an RMA that was closed before anybody saw it Pending."""
        shown = 1
        for seen in self._seen[rma.id]:
            new = set(range(shown, seen.events)) & self._failed[rma.id]
            if any(self._is_doubtful(rma, number, seen) for number in new):
                return True
            shown = max(shown, seen.events)
        return False

    def was_seen_without_label(self, parcel: Shipment, since: datetime) -> bool:
        """Whether details have shown a parcel since then without label or tracking number."""
        seen = self._unlabelled.get(str(parcel.id))
        return seen is not None and seen >= since

    def stuck(
        self, rma: Rma, told: list[Told], *, status: str | None, slack: timedelta
    ) -> Counter[tuple[str, int]]:
        """Say which stays of a day must have been told of an RMA, each with its number.

        Each was `told` at a time of the bridge's clock, which tells when a day is over and may be
        wrong by so much. Of the stays that are over, those of a day may have been told.
        """
        expected = Counter[tuple[str, int]]()
        stays = [
            each
            for each in self._stays(rma)
            if each.status in OPEN_RMA_STATUSES and status in (None, each.status)
        ]
        place = 0
        for number, each in enumerate(told):
            fits = (
                later
                for later in range(place, len(stays))
                if stays[later].status == each.status
                and (stays[later].until or self._now()) - stays[later].since >= DAY - slack
                and each.at is not None
                and each.at <= (stays[later].until or self._now()) + slack
            )
            found = next(fits, None)
            if found is not None:
                place = found + 1
                expected[each.status, number] = 1
        if place < len(stays) and stays[-1].until is None:
            is_over = self._now() - stays[-1].seen >= DAY + slack
            expected += Counter([(stays[-1].status, len(told))] if is_over else [])
        return expected

    def _stays(self, rma: Rma) -> list[Stay]:
        stays: list[Stay] = []
        before, shown = rma.created_at, 1
        was_missing, left_at = False, None
        for seen in self._seen[rma.id]:
            now = stays[-1] if stays else None
            was_missing |= seen.status is None
            left_at = left_at or self._left_at(rma, shown, seen)
            # One that a list lacks, and whose details show it as it was, need not have left.
            is_back = left_at is not None or (was_missing and seen.is_listed)
            if seen.status is not None and (now is None or now.status != seen.status or is_back):
                if now is not None:
                    now.until = seen.at if left_at is None else left_at
                stays.append(Stay(seen.status, self._arrival(rma, seen, before), seen.at))
            if seen.status is not None:
                was_missing, left_at = False, None
            before, shown = seen.at, max(shown, seen.events)
        return stays

    def _left_at(self, rma: Rma, shown: int, seen: Sighting) -> datetime | None:
        """When an event that is seen first now tells of another status in between, if one does."""
        left = (
            read_moment(rma.events[number]["eventDate"])
            for number in range(shown, seen.events)
            if number not in self._failed[rma.id]
            and STATUSES[rma.events[number]["eventName"]] != seen.status
        )
        return next(left, None)

    def _arrival(self, rma: Rma, seen: Sighting, before: datetime) -> datetime:
        """Find when an RMA came into the status in which it is seen, at the earliest."""
        came = [
            at
            for at, status in self._came[rma.id]
            if status == seen.status and before <= at <= seen.at
        ]
        return min(came, default=before)


def _unlabelled(details: dict[str, Any]) -> set[str]:
    return {
        each["shipmentId"]
        for each in details["shipments"]
        if not (each["labelURL"] or each["trackingNumber"])
    }
