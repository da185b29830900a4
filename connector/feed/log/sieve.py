"""Sieves: what of a stream's events passes a trigger's filters, found by an index.

A sieve looks through the events of a stream once, in their order, and notes what filters may look
for in each: as digests that nobody reads without SECRET_KEY. What it has not looked through yet is
gone through one by one, so that what is shown never depends on how far it has come. A sieve is of
one form: a release whose filters read events otherwise begins another.
"""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import Connection as Database
from sqlalchemy import RowMapping, update

from connector import VERSION
from connector.blocks import Trigger
from connector.feed.log.entries import WHOLE, open_event
from connector.feed.log.facets import KNOWN_SIEVES, can_be_merged, counts_of, name_of
from connector.store import Store, StoreUnavailable, Vault
from connector.store.tables import event, facet, sieve

# As many events are looked through one by one before it is worth the writing to note them.
SPARE = 25
BATCH = 200
NEW = {"id": 0, "until": 0}  # a sieve that has noted nothing

log = structlog.get_logger()


@dataclass
class Sifted:
    """What is known of some streams for one question: the values that its statement is `given`.

    `groups` says of how many facets an event must have one, group by group. `meet` is told of each
    event that is looked at.
    """

    sieves: "Sieves"
    trigger: Trigger
    groups: tuple[int, ...]
    given: Mapping[str, int]
    until: Mapping[int, int]
    _unnoted: dict[int, int] = field(default_factory=dict)

    def meet(self, stream_id: int, seq: int) -> None:
        """Have the stream looked through, if too many events come that its sieve has not noted."""
        if seq <= self.until[stream_id]:
            return
        met = self._unnoted.get(stream_id, 0) + 1
        self._unnoted[stream_id] = met
        if met == SPARE:
            self.sieves.begin(self.trigger, stream_id)


class Sieves:
    """Knows what filters let through; looks through what is new, in the background.

    One object a process, made after the fork. `pool` does the work, in a thread unless given.
    """

    def __init__(self, store: Store, vault: Vault, *, pool: Executor | None = None) -> None:
        self._store = store
        self._vault = vault
        self._pool = pool or ThreadPoolExecutor(1, thread_name_prefix="sieve")
        self._running: set[tuple[str, int]] = set()
        self._lock = threading.Lock()

    def sift(
        self, trigger: Trigger, streams: Sequence[int], filters: Mapping[str, Any]
    ) -> Sifted | None:
        """Return what is known of the streams' events.

        None where all of them are taken, and where there are more streams and words than a
        statement can merge. Raises StoreUnavailable.
        """
        sought = [
            [self._digest(trigger, each) for each in any_of] for any_of in trigger.sought(filters)
        ]
        if not sought or not can_be_merged(len(streams), map(len, sought)):
            return None
        known = self._known(trigger, streams)
        groups = self._rarest_first(sought, known)
        given = {
            name_of(number, each): digest
            for number, any_of in enumerate(groups)
            for each, digest in enumerate(any_of)
        }
        for number, row in enumerate(known.values()):
            given |= {f"sieve_{number}": row["id"], f"until_{number}": row["until"]}
        until = {stream_id: row["until"] for stream_id, row in known.items()}
        return Sifted(self, trigger, tuple(map(len, groups)), given, until)

    def _rarest_first(
        self, groups: Sequence[Sequence[int]], known: Mapping[int, Mapping[Any, Any]]
    ) -> Sequence[Sequence[int]]:
        """Order groups: the events of the first are gone through, and asked for the others."""
        if len(groups) == 1:
            return groups
        named = {f"group_{number}": any_of for number, any_of in enumerate(groups)}
        sieves = [row["id"] for row in known.values()]
        with self._store.read() as database:
            counts = database.execute(counts_of(len(groups)), {**named, "sieves": sieves}).one()
        return [any_of for _, any_of in sorted(zip(counts, groups, strict=True))]

    def begin(self, trigger: Trigger, stream_id: int) -> None:
        """Have a stream looked through in the background, unless that goes on already."""
        with self._lock:
            if (trigger.key, stream_id) in self._running:
                return
            self._running.add((trigger.key, stream_id))
        self._pool.submit(self._run, trigger, stream_id)

    def look_through(self, trigger: Trigger, stream_id: int) -> None:
        """Note what filters may look for in each event of a stream that is not noted yet.

        Raises StoreUnavailable.
        """
        while self._note_some(trigger, stream_id):
            pass

    def close(self) -> None:
        """Let what is being noted end, begin no more."""
        self._pool.shutdown(cancel_futures=True)

    def _run(self, trigger: Trigger, stream_id: int) -> None:
        try:
            self.look_through(trigger, stream_id)
        except StoreUnavailable as error:
            log.warning("feed.not_sifted", stream=stream_id, reason=str(error))
        except Exception:
            # the thread's last stop: nobody else would hear of it
            log.exception("feed.sieve_crashed", stream=stream_id)
        finally:
            with self._lock:
                self._running.discard((trigger.key, stream_id))

    def _note_some(self, trigger: Trigger, stream_id: int) -> bool:
        """Note some events, in their order; return whether there may be more."""
        until = self._known(trigger, [stream_id])[stream_id]["until"]
        rows = self._events(trigger, stream_id, until)
        if not rows:
            return False
        # Opened before the lock on the database is taken: that takes a millisecond each.
        facets = [
            {"digest": digest, "seq": row["seq"], "event_id": row["id"]}
            for row in rows
            for digest in self._digests(trigger, row)
        ]
        with self._store.write() as database:
            sieve_id = self._advance(database, trigger, stream_id, until, rows[-1]["seq"])
            if sieve_id is None:
                return False  # another process does the same, and is ahead
            if facets:
                named = [{"sieve_id": sieve_id, **each} for each in facets]
                database.execute(facet.insert(), named)
        return len(rows) == BATCH

    def _advance(
        self, database: Database, trigger: Trigger, stream_id: int, until: int, last: int
    ) -> int | None:
        """Move a sieve on from `until`, or make it; return its id, None if it is not there."""
        which = {"stream_id": stream_id, "trigger": trigger.key, "form": self._form(trigger)}
        database.execute(
            self._store.insert(sieve).values(**which, until=0).on_conflict_do_nothing()
        )
        moved = database.execute(
            update(sieve)
            .filter_by(**which)
            .where(sieve.c.until == until)
            .values(until=last)
            .returning(sieve.c.id)
        )
        found: int | None = moved.scalar()
        return found

    def _events(self, trigger: Trigger, stream_id: int, until: int) -> Sequence[RowMapping]:
        wanted = WHOLE.where(event.c.stream_id == stream_id, event.c.kind == trigger.takes)
        if trigger.status is not None:
            wanted = wanted.where(event.c.status == trigger.status)
        with self._store.read() as database:
            return (
                database.execute(
                    wanted.where(event.c.seq > until).order_by(event.c.seq).limit(BATCH)
                )
                .mappings()
                .all()
            )

    def _digests(self, trigger: Trigger, row: RowMapping) -> set[int]:
        shown = trigger.show_event(open_event(self._vault, row))
        return {self._digest(trigger, each) for each in trigger.facets(shown)}

    def _known(self, trigger: Trigger, streams: Sequence[int]) -> dict[int, Mapping[Any, Any]]:
        """Find the sieves of streams, in their order; `NEW` where there is none yet."""
        named = {"trigger": trigger.key, "form": self._form(trigger), "streams": streams}
        with self._store.read() as database:
            rows = {
                row["stream_id"]: row for row in database.execute(KNOWN_SIEVES, named).mappings()
            }
        return {each: rows.get(each, NEW) for each in streams}

    def _form(self, trigger: Trigger) -> str:
        """Return what a sieve's digests depend on, as a digest: filters, this release, the key."""
        return self._vault.digest([VERSION, trigger.facet_names])

    def _digest(self, trigger: Trigger, what: Any) -> int:
        """Make a signed number of 64 bits, as both databases hold it."""
        digest = int(self._vault.digest(["facet", trigger.key, what]), 16)
        return digest - 2**63
