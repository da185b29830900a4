"""The feed: one durable log of what happened at ReturnGO, read once and shown to everybody."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Database

from connector.blocks import Trigger
from connector.budget import Budget
from connector.clock import SYSTEM_CLOCK, Clock
from connector.connections import Connection
from connector.feed.backfill import Backfill, Progress
from connector.feed.backlog import Backlog
from connector.feed.batch import Batch, Batches
from connector.feed.census import Census
from connector.feed.demand import Demands
from connector.feed.details import Details
from connector.feed.follow_up import FollowUp
from connector.feed.hints import About, Hint, Hints
from connector.feed.intake import Intake
from connector.feed.interests import CLOCK_DOUBT, Interests
from connector.feed.listing import Listing
from connector.feed.log import Log
from connector.feed.look import Look
from connector.feed.pace import Pace
from connector.feed.poll import NotReady, Page, Poll
from connector.feed.recorder import Recorder
from connector.feed.refresh import Refresher
from connector.feed.streams import Streams
from connector.feed.sync import Sync
from connector.feed.things import Things
from connector.returngo import Upstream
from connector.store import Store, Vault

__all__ = ["About", "Batch", "Feed", "Hint", "NotReady", "Page", "Progress"]


@dataclass(frozen=True)
class Feed:
    """Answers polls from the `log`, and keeps it fresh."""

    log: Log
    _poll: Poll
    _batches: Batches
    _refresher: Refresher
    _backfill: Backfill
    _hints: Hints
    _follow_up: FollowUp
    _clock: Clock

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
        clock: Clock = SYSTEM_CLOCK,
        pool: Executor | None = None,
    ) -> "Feed":
        """Put a feed together. `freshness` and `baseline` are the settings of that name.

        `pool` runs the readings, in threads of their own unless given.
        """
        # The bridge's clock may be ahead: nothing of the baseline may lie in ReturnGO's future.
        interests = Interests(store, clock, reach=baseline + CLOCK_DOUBT)
        streams = Streams(store, clock, interests)
        things = Things(store)
        recorder = Recorder(store, vault)
        pace = Pace(budget, Demands(store, clock), interests, shortest=freshness)
        intake = Intake(things, recorder)
        listing = Listing(store, streams, things, intake, pace, clock)
        details = Details(store, streams, interests, things, recorder, pace, clock)
        hints = Hints(store)
        look = Look(store, streams, things, hints, intake, listing, details, pace, clock)
        sync = Sync(
            streams,
            interests,
            listing,
            details,
            Census(store, streams, things, pace, clock),
            upstream,
        )
        refresher = Refresher(streams, sync, pace, clock, pool=pool)
        backfill = Backfill(
            store,
            streams,
            interests,
            things,
            recorder,
            Backlog(store, vault),
            pace,
            upstream,
            clock,
        )
        log = Log(store, vault)
        poll = Poll(refresher, log, budget, clock)
        return cls(
            log,
            poll,
            Batches(poll, log),
            refresher,
            backfill,
            hints,
            FollowUp(store, streams, interests, hints, look, upstream, clock),
            clock,
        )

    def poll(self, connection: Connection, trigger: Trigger, call: dict[str, Any]) -> Page:
        """Answer one poll of a trigger; `call` is what its input schema read.

        Raises what `Poll.answer` raises.
        """
        return self._poll.answer(connection, trigger, call)

    def batch(self, connection: Connection, trigger: Trigger, call: dict[str, Any]) -> Batch:
        """Answer one step of a client that walks; `call` is what the batch schema read.

        Raises what `Batches.answer` raises.
        """
        return self._batches.answer(connection, trigger, call)

    def begin(self, connection: Connection, trigger: Trigger, shop: str | None) -> None:
        """Ask for a trigger's events as a poll does, without waiting for what is read.

        Raises ForeignShop, StoreUnavailable.
        """
        self._refresher.begin(connection, connection.shops_for(shop), trigger.topic)

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
