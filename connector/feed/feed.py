"""The feed put together: the log, what keeps it fresh, and what answers from it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Database

from connector.blocks import Trigger, read_input
from connector.budget import Budget
from connector.clock import MAX_CLOCK_SKEW, SYSTEM_CLOCK, Clock
from connector.connections import Connection
from connector.feed.backfill.backfill import Backfill, Progress
from connector.feed.backfill.jobs import Backlog
from connector.feed.hints.hints import Hint, Hints
from connector.feed.hints.targeted_read import TargetedRead
from connector.feed.hints.worker import HintWorker
from connector.feed.log.reader import Log
from connector.feed.log.sieve import Sieves
from connector.feed.log.writer import Writer
from connector.feed.pace.demand import Demands
from connector.feed.pace.pace import CEILING
from connector.feed.pace.plan import NextReading, Plans
from connector.feed.pace.rhythm import Rhythms
from connector.feed.polling.batch import Batch, Batches
from connector.feed.polling.page import KeptPages, Page
from connector.feed.polling.page_maker import PageMaker
from connector.feed.polling.poll import Poll
from connector.feed.polling.rendered import RenderedEvents
from connector.feed.reading.closed_list import ClosedList
from connector.feed.reading.details import DetailsReader
from connector.feed.reading.ingest import RmaIngest
from connector.feed.reading.listing import Listing
from connector.feed.reading.open_scan import OpenScan
from connector.feed.reading.owners import Owners
from connector.feed.reading.policy import BY_NEWS, Policy
from connector.feed.reading.refresher import Refresher
from connector.feed.reading.stays import Stays
from connector.feed.reading.sync import Sync
from connector.feed.reading.transactions import TransactionIngest
from connector.feed.streams.counts import Counts
from connector.feed.streams.interests import Interests
from connector.feed.streams.memory import TrackedThings
from connector.feed.streams.parts import Parts
from connector.feed.streams.streams import Streams
from connector.returngo import ReturnGOError, Upstream
from connector.store import Store, StoreUnavailable, Vault

KEPT_PAGES = 16 * 1024 * 1024
WARM = 25  # events


@dataclass(frozen=True)
class Feed:
    """Answers polls from the `log`, and keeps it fresh."""

    log: Log
    _poll: Poll
    _batches: Batches
    _refresher: Refresher
    _backfill: Backfill
    _hints: Hints
    _follow_up: HintWorker
    _sieves: Sieves
    _plans: Plans
    _clock: Clock
    _store: Store

    @classmethod
    def open(
        cls,
        store: Store,
        vault: Vault,
        budget: Budget,
        upstream: Upstream,
        *,
        freshness: timedelta,
        baseline: timedelta,
        ceiling: timedelta = CEILING,
        clock: Clock = SYSTEM_CLOCK,
        pool: Executor | None = None,
        kept_pages: int = KEPT_PAGES,
        sees_all: Callable[[str], bool] = lambda _: False,
        policy: Policy = BY_NEWS,
        after_reading: Callable[[], None] = lambda: None,
    ) -> "Feed":
        """Put a feed together. `freshness`, `ceiling` and `baseline` are the settings of that name.

        `pool` runs the readings, and looks through events for filters; in threads of their own
        unless given. `sees_all` tells of a key's id whether its list of updates is known to hold
        every change (`connector doctor`). `kept_pages` is how many bytes of what was shown are kept
        for the same question, or another one with the same events. `policy` says how calls are
        spent; the simulation compares others. `after_reading` is what a reading's thread does last.
        """
        # The bridge's clock may be ahead: nothing of the baseline may lie in ReturnGO's future.
        interests = Interests(store, clock, reach=baseline + MAX_CLOCK_SKEW)
        streams = Streams(store, clock, interests)
        tracked = TrackedThings(store)
        writer = Writer(store, vault)
        pace = policy.pace(
            budget,
            Demands(store, clock),
            interests,
            Rhythms(store, clock),
            clock,
            shortest=freshness,
            ceiling=max(ceiling, freshness),
        )
        parts = Parts(store)
        remembered = policy.remembered(vault)
        owners = Owners(store, parts, remembered, pace)
        ingest = RmaIngest(tracked, parts, writer, vault, remembered)
        money = TransactionIngest(tracked, parts, writer, vault)
        listing = Listing(store, streams, tracked, ingest, money, owners, pace, clock)
        details = DetailsReader(store, streams, interests, tracked, writer, ingest, pace, clock)
        hints = Hints(store)
        targeted = TargetedRead(
            store, streams, tracked, hints, ingest, money, owners, listing, details, pace, clock
        )
        sync = Sync(
            store,
            streams,
            interests,
            tracked,
            listing,
            OpenScan(store, streams, tracked, ingest, pace, clock),
            ClosedList(store, tracked, ingest, pace, vault, clock),
            details,
            Stays(store, tracked, writer, vault, remembered, clock),
            pace,
            upstream,
            clock,
            sees_all,
        )
        refresher = Refresher(streams, sync, pace, clock, pool=pool, after_reading=after_reading)
        backfill = Backfill(
            store,
            streams,
            interests,
            tracked,
            writer,
            ingest,
            money,
            Backlog(store, vault),
            pace,
            upstream,
            clock,
        )
        sieves = Sieves(store, vault, pool=pool)
        log = Log(store, vault, sieves)
        # half of what may be kept is pages, half the events that they are made of
        kept, rendered = KeptPages(kept_pages // 2), RenderedEvents(kept_pages // 2)
        maker = PageMaker(log, clock, kept, rendered)
        poll = Poll(refresher, log, maker, budget, clock)
        return cls(
            log,
            poll,
            Batches(poll, log),
            refresher,
            backfill,
            hints,
            HintWorker(store, streams, interests, hints, targeted, upstream, clock),
            sieves,
            Plans(streams, pace, clock),
            clock,
            store,
        )

    def poll(self, connection: Connection, trigger: Trigger, call: dict[str, Any]) -> Page:
        """Serve one poll of a trigger; `call` is what its input schema read.

        Raises what `Poll.answer` raises.
        """
        return self._poll.answer(connection, trigger, call)

    def warm_up(self, connection: Connection, triggers: Iterable[Trigger]) -> None:
        """Make the newest events of those triggers that are asked for, in a new process.

        It calls ReturnGO for nothing and writes nothing. What cannot be shown is left to the poll
        that asks for it, which says why.
        """
        for trigger in triggers:
            call = read_input(trigger.input_schema, {"limit": WARM})
            with suppress(ReturnGOError, StoreUnavailable):
                self._poll.warm_up(connection, trigger, call)

    def batch(self, connection: Connection, trigger: Trigger, call: dict[str, Any]) -> Batch:
        """Serve one step of a client that walks; `call` is what the batch schema read.

        Raises what `Batches.answer` raises.
        """
        return self._batches.answer(connection, trigger, call)

    def plan(self, connection: Connection) -> list[NextReading]:
        """Return when each list of a connection is read next, and why. Raises StoreUnavailable."""
        return self._plans.of(connection)

    def knowledge(self, connection: Connection) -> Counts:
        """Return what is known of a connection's shops, for searches that spend no call."""
        return Counts(self._store, connection.id)

    def begin(
        self,
        connection: Connection,
        trigger: Trigger,
        shop: str | None,
        filters: Mapping[str, Any] | None = None,
    ) -> None:
        """Ask for a trigger's events as a poll does, without waiting for what is read.

        Raises ForeignShop, StoreUnavailable.
        """
        topic = trigger.topic_of(filters or {})
        self._refresher.begin(connection, connection.shops_for(shop), topic)

    def backfill(
        self, connection: Connection, shop: str, since: datetime, *, emits: bool
    ) -> Iterator[Progress]:
        """Bring in what was created at or after `since`; see `Backfill.run`."""
        return self._backfill.run(connection, shop, since, emits=emits)

    def hear(
        self, database: Database, connection_id: str, shop: str, hints: Iterable[Hint]
    ) -> None:
        """Keep, in the caller's transaction, that something may have changed in a shop."""
        self._hints.keep(database, connection_id, shop, hints, self._clock.now())

    def follow_up(self, connections: Callable[[str], Connection | None]) -> bool:
        """Look at some of what was heard, in each shop; tell whether anything was done.

        `connections` finds one by its id. Raises StoreUnavailable.
        """
        done = False
        for connection_id, shop in self._hints.shops(self._clock.now()):
            connection = connections(connection_id)
            if connection is None or shop not in connection.shops:
                self._hints.forget(connection_id, shop)
            else:
                done |= self._follow_up.run(connection, shop)
        return done

    def close(self) -> None:
        """Let running readings end, begin no more."""
        self._refresher.close()
        self._sieves.close()
