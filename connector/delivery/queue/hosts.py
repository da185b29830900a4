"""Hosts: how many requests each may have in flight, and how fast they may follow each other.

Both stand in the database: several workers together are no faster than one. Whoever claims what
goes to a host locks its row, so no delivery is claimed twice.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    case,
    exists,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy import Connection as Database

from connector.store.tables import delivery, subscription, target_host

# Zapier takes 30 a second and 10,000 in five minutes.
REQUEST_EVERY = timedelta(seconds=1) / 25
BURST = 5  # at once, after a pause
IN_FLIGHT = 8
IN_FLIGHT_IF_SLOW = 1
SLOW_FOR = timedelta(minutes=5)  # since it last used up all of its time
HOSTS_A_TURN = 64


@dataclass(frozen=True)
class Host:
    """A host whose row is locked by this transaction, and how many may be claimed for it now."""

    name: str
    paced_until: datetime
    room: int


def lock(database: Database, names: Collection[str]) -> None:
    """Wait for the rows of these hosts; several are asked for at once.

    It comes before any lock on deliveries, everywhere, or two transactions may deadlock.
    """
    database.execute(
        select(target_host.c.host)
        .where(target_host.c.host.in_(names))
        .order_by(target_host.c.host)
        .with_for_update()
    ).all()


def lock_open(database: Database, now: datetime) -> list[Host]:
    """Lock hosts for which something is due and that may be sent to, the longest served first.

    Those whose rows somebody else has locked are left out.
    """
    names = open_hosts(database, now)
    rows = database.execute(
        select(target_host)
        .where(target_host.c.host.in_(names))
        .order_by(target_host.c.host)
        .with_for_update(skip_locked=True)
    ).all()
    # Counted anew: until the rows were locked, others may have claimed.
    counts = database.execute(
        select(delivery.c.host, func.count().label("deliveries"))
        .where(delivery.c.host.in_(names), *_is_in_flight(now))
        .group_by(delivery.c.host)
    )
    in_flight = {row.host: row.deliveries for row in counts}
    hosts = [_host(row, in_flight.get(row.host, 0), now) for row in rows]
    hosts.sort(key=lambda host: names.index(host.name))
    return [host for host in hosts if host.room > 0]


def open_hosts(database: Database, now: datetime) -> list[str]:
    """Return hosts for which something is due and that may be sent to, the longest served first."""
    return list(
        database.execute(
            select(target_host.c.host)
            .where(target_host.c.paced_until <= now + (BURST - 1) * REQUEST_EVERY)
            .where(_in_flight(now) < case((_is_slow(now), IN_FLIGHT_IF_SLOW), else_=IN_FLIGHT))
            .where(or_(_has_due(now), _has_due_in_order(now)))
            .order_by(target_host.c.claimed_at, target_host.c.host)
            .limit(HOSTS_A_TURN)
        ).scalars()
    )


def note_claims(database: Database, host: Host, count: int, now: datetime) -> None:
    """Note that so many are on their way to a host from now on."""
    database.execute(
        update(target_host)
        .where(target_host.c.host == host.name)
        .values(paced_until=host.paced_until + count * REQUEST_EVERY, claimed_at=now)
    )


def mark(database: Database, slow: Collection[str], prompt: Collection[str], now: datetime) -> None:
    """Note which hosts have just used up all of their time, and which have not."""
    for names, slow_until in ((slow, now + SLOW_FOR), (prompt, None)):
        if names:
            database.execute(
                update(target_host)
                .where(target_host.c.host.in_(names))
                .where(target_host.c.slow_until.is_distinct_from(slow_until))
                .values(slow_until=slow_until)
            )


def _host(row: Any, in_flight: int, now: datetime) -> Host:
    paced_until = max(row.paced_until, now)
    is_slow = row.slow_until is not None and row.slow_until > now
    free = (IN_FLIGHT_IF_SLOW if is_slow else IN_FLIGHT) - in_flight
    return Host(
        row.host,
        paced_until,
        min(free, (now + BURST * REQUEST_EVERY - paced_until) // REQUEST_EVERY),
    )


def _is_slow(now: datetime) -> ColumnElement[bool]:
    return func.coalesce(target_host.c.slow_until > now, false())


def _in_flight(now: datetime) -> ScalarSelect[int]:
    is_of_host = delivery.c.host == target_host.c.host
    return select(func.count()).where(is_of_host, *_is_in_flight(now)).scalar_subquery()


def _is_in_flight(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Choose what is on its way, but for what somebody has died with."""
    return delivery.c.owner.is_not(None), delivery.c.due_at > now


def _has_due(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        delivery.c.host == target_host.c.host,
        delivery.c.is_ordered.is_(False),
        delivery.c.settled_at.is_(None),
        delivery.c.due_at <= now,
    )


def _has_due_in_order(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        subscription.c.host == target_host.c.host,
        subscription.c.is_ordered,
        subscription.c.ended_at.is_(None),
        first_in_order("due_at") <= now,
    )


def first_in_order(column: str) -> ScalarSelect[Any]:
    """Look at the oldest delivery of the enclosing query's subscription that is not settled."""
    first = delivery.alias("first")
    return (
        select(first.c[column])
        .where(first.c.subscription_id == subscription.c.id, first.c.settled_at.is_(None))
        .order_by(first.c.seq)
        .limit(1)
        .correlate(subscription)
        .scalar_subquery()
    )
