"""The queue: what is due is claimed with a lease, and what came of it is written down.

Both happen in one transaction a turn. Whoever dies in between has sent it or not: when the lease
ends it is sent again, under the same message id. A delivery is leased as `connector.store` says, in
`owner` and `due_at`.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, select, update
from sqlalchemy import Connection as Database

from connector.clock import Clock
from connector.delivery.http.sender import SEND_SECONDS, Reply
from connector.delivery.queue import hosts
from connector.delivery.queue.ending import end
from connector.delivery.queue.resting import note_presence
from connector.delivery.queue.schedule import next_try
from connector.store import Store
from connector.store.tables import delivery, subscription
from schemas.hooks import State

# Longer than a try may take, with all that may hold up the turns before and after it.
DELIVERY_LEASE = timedelta(seconds=SEND_SECONDS) + timedelta(seconds=45)
GONE = 410

NextTry = Callable[[int, datetime, datetime, float | None], datetime | None]


@dataclass(frozen=True, kw_only=True)
class DeliveryClaim:
    """The right to send one delivery. `tries` counts this one, too."""

    id: int
    subscription_id: str
    event_id: int
    seq: int
    message_id: str
    host: str
    tries: int
    first_tried_at: datetime
    owner: str


@dataclass(frozen=True)
class Outcome:
    """What came of a claim; without a `reply`, its subscription has ended."""

    claim: DeliveryClaim
    reply: Reply | None


@dataclass(frozen=True)
class Turn:
    """What is to be sent now.

    `given_up` are the ids of the claims whose delivery was, `rest` those of hooks that rest now.
    """

    claims: list[DeliveryClaim]
    given_up: set[int]
    rest: set[str]


class Queue:
    """Hands out claims, over all workers on one database. `schedule` says when to try again."""

    def __init__(self, store: Store, clock: Clock, schedule: NextTry = next_try) -> None:
        self._store = store
        self._clock = clock
        self._schedule = schedule

    def is_idle(self) -> bool:
        """Tell, without writing, that there is nothing to claim now. Raises StoreUnavailable."""
        now = self._clock.now()
        any_due = select(delivery.c.id).where(
            delivery.c.settled_at.is_(None), delivery.c.due_at <= now
        )
        with self._store.read() as database:
            if database.execute(any_due.limit(1)).first() is None:
                return True
            return not hosts.open_hosts(database, now)

    def turn(self, outcomes: Sequence[Outcome], most: int) -> Turn:
        """Write down what came of earlier claims, and claim so many more at most.

        What a claim's owner tells after its lease has gone to somebody else changes nothing. Raises
        StoreUnavailable; then nothing was written.
        """
        now = self._clock.now()
        with self._store.write() as database:
            # hosts before deliveries, everywhere, or two workers may deadlock
            hosts.lock(database, {each.claim.host for each in outcomes})
            given_up = self._settle(database, outcomes, now)
            rest = note_presence(database, _tries(outcomes), now)
            claims = self._claim(database, most, now) if most > 0 else []
            return Turn(claims, given_up, rest)

    def _settle(self, database: Database, outcomes: Sequence[Outcome], now: datetime) -> set[int]:
        replies = [(each.claim, each.reply) for each in outcomes if each.reply is not None]
        settled = [self._settled(claim, reply, now) for claim, reply in replies]
        if settled:
            database.execute(_SETTLE, settled)
        for each in outcomes:
            if each.reply is None:
                database.execute(delete(delivery).where(*_own(each.claim)))
        for hook_id in {claim.subscription_id for claim, reply in replies if reply.status == GONE}:
            end(database, hook_id, now, "the target answered 410")
        slow = {claim.host for claim, reply in replies if reply.is_timeout}
        hosts.mark(database, slow, {claim.host for claim, _ in replies} - slow, now)
        return {
            each["claimed"]
            for each in settled
            # a target that answers 410 wants no more: its hook has ended
            if each["state"] is State.PARKED and each["status"] != GONE
        }

    def _settled(self, claim: DeliveryClaim, reply: Reply, now: datetime) -> dict[str, Any]:
        again = None
        if reply.failure is not None and reply.status != GONE:
            again = self._schedule(claim.tries, claim.first_tried_at, now, reply.retry_after)
        if again is not None:
            state = State.WAITING
        else:
            state = State.DELIVERED if reply.failure is None else State.PARKED
        return {
            "claimed": claim.id,
            "claimed_by": claim.owner,
            "state": state,
            "due_at": again or now,
            "settled_at": now if again is None else None,
            "status": reply.status,
            "failure": reply.failure,
        }

    def _claim(self, database: Database, most: int, now: datetime) -> list[DeliveryClaim]:
        owner = uuid.uuid4().hex
        claims: list[DeliveryClaim] = []
        for host in hosts.lock_open(database, now):
            due = _due(database, host.name, min(host.room, most - len(claims)), now)
            if due:
                hosts.note_claims(database, host, len(due), now)
            claims += [_claimed(row, owner, now) for row in due]
            if len(claims) >= most:
                break
        if claims:
            database.execute(
                _CLAIM,
                [
                    {
                        "claimed": each.id,
                        "owner": owner,
                        "due_at": now + DELIVERY_LEASE,
                        "tries": each.tries,
                        "first_tried_at": each.first_tried_at,
                    }
                    for each in claims
                ],
            )
        return claims


def _tries(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, datetime, Reply]]:
    for each in outcomes:
        if each.reply is not None:
            yield each.claim.subscription_id, each.claim.first_tried_at, each.reply


_SETTLE = (
    update(delivery)
    .where(delivery.c.id == bindparam("claimed"), delivery.c.owner == bindparam("claimed_by"))
    .values(
        owner=None,
        **{
            name: bindparam(name, type_=delivery.c[name].type)
            for name in ("state", "due_at", "settled_at", "status", "failure")
        },
    )
)
_CLAIM = (
    update(delivery)
    .where(delivery.c.id == bindparam("claimed"))
    .values(
        {
            name: bindparam(name, type_=delivery.c[name].type)
            for name in ("owner", "due_at", "tries", "first_tried_at")
        }
    )
)


def _own(claim: DeliveryClaim) -> tuple[ColumnElement[bool], ...]:
    return delivery.c.id == claim.id, delivery.c.owner == claim.owner


def _due(database: Database, host: str, most: int, now: datetime) -> list[Row[Any]]:
    """Choose what to send to a host: of a hook that is sent to in order, only the oldest."""
    columns = [delivery.c[each] for each in (*_COPIED, "tries", "first_tried_at", "due_at")]
    of_host = (delivery.c.host == host, delivery.c.settled_at.is_(None), delivery.c.due_at <= now)
    free = (
        select(*columns)
        .where(*of_host, delivery.c.is_ordered.is_(False))
        .order_by(delivery.c.due_at, delivery.c.id)
        .limit(most)
    )
    in_order = (
        select(*columns)
        .join(subscription, subscription.c.id == delivery.c.subscription_id)
        .where(subscription.c.host == host, subscription.c.is_ordered)
        .where(subscription.c.ended_at.is_(None))
        .where(delivery.c.id == hosts.first_in_order("id"), delivery.c.due_at <= now)
        .order_by(delivery.c.due_at, delivery.c.id)
        .limit(most)
    )
    rows = [*database.execute(free), *database.execute(in_order)]
    return sorted(rows, key=lambda row: (row.due_at, row.id))[:most]


_COPIED = ("id", "subscription_id", "event_id", "seq", "message_id", "host")


def _claimed(row: Row[Any], owner: str, now: datetime) -> DeliveryClaim:
    return DeliveryClaim(
        **{name: getattr(row, name) for name in _COPIED},
        tries=row.tries + 1,
        # A first try in the future, by a clock that was ahead, would be tried for longer.
        first_tried_at=min(row.first_tried_at or now, now),
        owner=owner,
    )
