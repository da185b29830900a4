"""Fan-out: each event that is recorded becomes a delivery for each hook that wants it.

A connection's events are numbered in the order in which they are committed, so one cursor goes over
all of them, and moves in the transaction that makes their deliveries.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import exists, insert, select, update

from connector.blocks import Topic, Trigger
from connector.clock import MAX_CLOCK_SKEW, Clock, furthest
from connector.connections import Connections
from connector.delivery.hooks.subscription import Subscription
from connector.delivery.hooks.subscriptions import Subscriptions
from connector.delivery.messages import Messages, message_id
from connector.delivery.queue.resting import WHY_PARKED
from connector.feed import Log, Record
from connector.store import Store, WrongSecretKey
from connector.store.tables import delivery, fanout, sequence, subscription
from schemas.hooks import State

EVENTS_AT_ONCE = 100  # events in one transaction

log = structlog.get_logger()


@dataclass(frozen=True)
class Fanout:
    """Makes deliveries. Several may run at once: of two, one moves the cursor.

    An event goes to hooks for its shop alone; to one for all shops, if its connection has the shop.
    """

    store: Store
    connections: Connections
    events: Log
    subscriptions: Subscriptions
    messages: Messages
    triggers: Mapping[str, Trigger]
    clock: Clock

    def run(self) -> bool:
        """Make deliveries of what was recorded, some of it at least; tell whether there was any.

        Raises StoreUnavailable, and WrongSecretKey.
        """
        with self.store.read() as database:
            behind = database.execute(
                select(fanout.c.connection, fanout.c.seq, sequence.c.last_seq)
                .join(sequence, sequence.c.connection == fanout.c.connection)
                .where(fanout.c.seq < sequence.c.last_seq)
                .where(
                    exists().where(
                        subscription.c.connection == fanout.c.connection,
                        subscription.c.ended_at.is_(None),
                    )
                )
            ).all()
        gone_on = [self._advance(*each) for each in behind]
        return any(gone_on)

    def _advance(self, connection: str, seq: int, last_seq: int) -> bool:
        """Go on along the log of a connection; return whether that could be done."""
        # Read after the events' numbers: a hook that is not among these wants only later ones.
        hooks = self.subscriptions.all(connection)
        found = self.connections.by_id(connection)
        if found is None and any(each.shop is None for each in hooks):
            return False  # its key is not set: what was recorded waits until it is again
        shops = () if found is None else found.shops
        after = max(seq, min((each.since_seq for each in hooks), default=last_seq))
        records = self.events.between(connection, after=after, until=last_seq, most=EVENTS_AT_ONCE)
        reached = records[-1].seq if len(records) == EVENTS_AT_ONCE else last_seq
        ready = self.events.ready_times({each.stream_id for each in records})
        now = self.clock.now()
        rows = [
            _row(hook, record, now)
            for record in records
            for hook in hooks
            if self._wants(hook, record, shops, ready, now)
        ]
        with self.store.write() as database:
            moved = database.execute(
                update(fanout)
                .where(fanout.c.connection == connection, fanout.c.seq == seq)
                .values(seq=reached)
            )
            if moved.rowcount == 1 and rows:
                database.execute(insert(delivery), rows)
                self.store.announce(database)
        return True

    def _wants(
        self,
        hook: Subscription,
        record: Record,
        shops: Collection[str],
        ready: Mapping[tuple[int, Topic], datetime | None],
        now: datetime,
    ) -> bool:
        trigger = self.triggers.get(hook.trigger)
        if trigger is None or record.seq <= hook.since_seq:
            return False
        topic = trigger.topic_of(hook.filters)
        if topic.kind != record.kind or topic.status not in (None, record.status):
            return False
        if record.shop not in (shops if hook.shop is None else (hook.shop,)):
            return False
        if not _is_news(hook, record, ready.get((record.stream_id, topic)), now):
            return False
        is_free = not hook.filters and trigger.only is None
        return is_free or self._admits(trigger, hook, record)

    def _admits(self, trigger: Trigger, hook: Subscription, record: Record) -> bool:
        try:
            message = self.messages.of(trigger.key, hook.connection, record.seq, record.id)
            return message.passes(trigger.sought(hook.filters))
        except WrongSecretKey:
            raise
        except Exception:
            # One event that cannot be shown must not hold up all others. It is not dropped either:
            # its delivery fails, too, and is parked where people see it.
            log.exception("delivery.not_shown", trigger=trigger.key, record=record.id)
            return True


def _is_news(hook: Subscription, record: Record, ready_at: datetime | None, now: datetime) -> bool:
    """Return whether an event is more than what the first reading of its topic found there.

    Of that, what happened since the hook was made is news, too, and as ReturnGO's clock may be
    behind, what happened up to MAX_CLOCK_SKEW before: each once, as the first reading is.
    """
    if ready_at is not None and (
        record.recorded_at > ready_at
        # The reading had ended when the clock was set back, and this was recorded since.
        or record.recorded_at <= now < ready_at
        or ready_at > furthest(now, timedelta())
    ):
        return True
    since = min(hook.created_at, now) - MAX_CLOCK_SKEW
    return record.occurred_at is not None and record.occurred_at >= since


def _row(hook: Subscription, record: Record, now: datetime) -> dict[str, Any]:
    rests = hook.rests_since is not None
    return {
        "subscription_id": hook.id,
        "event_id": record.id,
        "seq": record.seq,
        "host": hook.host,
        "is_ordered": hook.is_ordered,
        "message_id": message_id(hook.id, record.shop, record.key),
        "state": State.PARKED if rests else State.WAITING,
        "due_at": now,
        "tries": 0,
        "failure": WHY_PARKED if rests else None,
        "settled_at": now if rests else None,
    }
