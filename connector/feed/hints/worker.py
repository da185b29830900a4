"""Following up hints: whether what one names is worth a call now, and under which leases."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from connector.backoff import Backoff
from connector.blocks import Resource
from connector.budget import Purpose
from connector.clock import Clock
from connector.connections import Connection
from connector.feed.hints.hints import About, Hints, StoredHint
from connector.feed.hints.targeted_read import TargetedRead
from connector.feed.pace.pace import spare_call
from connector.feed.reading.reading import Reading
from connector.feed.streams.failure import Failure
from connector.feed.streams.interests import Interests, Wanted
from connector.feed.streams.lease import Lease, LeaseLost
from connector.feed.streams.stream import Stream
from connector.feed.streams.streams import Streams
from connector.returngo import DayQuotaReached, ReturnGOError, Upstream
from connector.store import Store

HINTS_AT_ONCE = 10  # hints, before others may read the shop
NO_CALLS_FOR = timedelta(minutes=5)
MOST_FAILURES = 12
HINT_RETRIES = Backoff.doubling(timedelta(seconds=10), timedelta(hours=6))

log = structlog.get_logger()


@dataclass(frozen=True)
class Rest:
    """From when until when a shop is left to others."""

    began: datetime
    until: datetime


@dataclass(frozen=True)
class HintWorker:
    """Follows up hints, shop by shop."""

    store: Store
    streams: Streams
    interests: Interests
    hints: Hints
    targeted: TargetedRead
    upstream: Upstream
    clock: Clock
    rests: dict[str, Rest] = field(default_factory=dict)

    def run(self, connection: Connection, shop: str) -> bool:
        """Follow up some of what is due of a shop; tell whether anything was done.

        What cannot be read now stays for later. Raises StoreUnavailable.
        """
        began = self.clock.now()
        due = self.hints.due(connection.id, shop, began, HINTS_AT_ONCE)
        rest = self.rests.get(shop)
        # A rest that ended in the future was noted by a clock that is set back since.
        if not due or (rest is not None and rest.began <= began < rest.until):
            return False
        streams = {each: self.streams.find(connection, shop, each) for each in Resource}
        wanted = {each: self.interests.wanted(stream.id) for each, stream in streams.items()}
        worth = [each for each in due if _is_wanted(each.hint.about, wanted)]
        if len(worth) < len(due):
            with self.store.write() as database:
                self.hints.drop(database, [each for each in due if each not in worth])
        if not worth:
            return True
        asked = [stream for each, stream in streams.items() if wanted[each].topics]
        later = self._later(connection, asked)
        if later is not None:
            with self.store.write() as database:
                self.hints.postpone(database, worth, later, is_try=False)
            return False
        with self._leases(asked) as leases:
            if leases is None:
                return False
            returngo = self.upstream.open(connection, shop, Purpose.READING)
            readings = {
                # read again: somebody may have read it until just now
                each.resource: Reading(
                    self.streams.get(each.id), lease, wanted[each.resource], returngo
                )
                for each, lease in zip(asked, leases, strict=True)
            }
            try:
                self.targeted.at(returngo, readings, worth)
            except LeaseLost:
                log.warning("feed.lease_lost", shop=shop)
            except ReturnGOError as error:
                log.warning("feed.hint_failed", shop=shop, reason=str(error))
                self._note_failure(leases, Failure.of(error), worth)
        # in a flood, others come to the shop as often
        ended = self.clock.now()
        self.rests[shop] = Rest(ended, ended + (ended - began))
        return True

    def _later(self, connection: Connection, streams: Sequence[Stream]) -> datetime | None:
        """Return until when to wait, if ReturnGO is not to be asked now."""
        now = self.clock.now()
        retries = [
            each.retry_at
            for each in streams
            if each.failure is not None and each.retry_at and each.waits(now)
        ]
        if retries:
            return max(retries)
        try:
            spare_call(self.upstream.budget, connection.key_id)
        except DayQuotaReached:
            return now + NO_CALLS_FOR
        return None

    @contextmanager
    def _leases(self, streams: Sequence[Stream]) -> Iterator[list[Lease] | None]:
        """Take the leases of all these streams, or of none."""
        taken: list[Lease] = []
        try:
            for stream in streams:
                lease = self.streams.leases.acquire(stream.id, to_look=True)
                if lease is None:
                    yield None
                    return
                taken.append(lease)
            yield taken
        finally:
            for lease in taken:
                self.streams.leases.release(lease)

    def _note_failure(
        self, leases: Sequence[Lease], failure: Failure, hints: Sequence[StoredHint]
    ) -> None:
        """Let ReturnGO rest, and these hints longer than others: one of them may be the reason."""
        now = self.clock.now()
        given_up = [each for each in hints if each.tries >= MOST_FAILURES]
        with self.store.write() as database:
            self.hints.drop(database, given_up)
            for each in hints:
                until = now + HINT_RETRIES.after(each.tries + 1)
                self.hints.postpone(database, [each], until, is_try=True)
        if given_up:
            log.error("feed.hints_given_up", hints=len(given_up))
        try:
            for lease in leases:
                self.streams.fail(lease, failure)
        except LeaseLost:
            log.warning("feed.lease_lost", streams=[lease.stream_id for lease in leases])


def _is_wanted(about: About, wanted: Mapping[Resource, Wanted]) -> bool:
    match about:
        case About.SHOP:
            return any(each.topics for each in wanted.values())
        case About.TRANSACTION | About.TRANSACTIONS_OF_RMA:
            return bool(wanted[Resource.TRANSACTIONS].topics)
        case About.SHIPMENT | About.TRACKER:
            return wanted[Resource.RMAS].asked_from is not None
        case _:
            return bool(wanted[Resource.RMAS].topics)
