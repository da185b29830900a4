"""Hooks: whether what was to be delivered has arrived."""

from sqlalchemy import func, select

from connector.doctor.check import Check
from connector.doctor.setup import Setup
from connector.store import StoreUnavailable
from connector.store.tables import delivery, subscription
from schemas.hooks import State

NAME = "hooks"


def check_hooks(setup: Setup) -> Check:
    """Check that none of the connection's hooks rests, and that no event was given up."""
    if setup.connection is None:
        return Check.ok(NAME, "Without a connection there are none.")
    given_up = (
        select(subscription.c.trigger, subscription.c.host, func.count())
        .join(delivery, delivery.c.subscription_id == subscription.c.id)
        .where(subscription.c.connection == setup.connection.id)
        .where(subscription.c.ended_at.is_(None), delivery.c.state == State.PARKED)
        .group_by(subscription.c.id, subscription.c.trigger, subscription.c.host)
        .order_by(func.count().desc())
    )
    resting = (
        select(subscription.c.trigger, subscription.c.host)
        .where(subscription.c.connection == setup.connection.id)
        .where(subscription.c.ended_at.is_(None), subscription.c.rests_since.is_not(None))
        .order_by(subscription.c.rests_since, subscription.c.id)
    )
    try:
        with setup.store.read() as database:
            found = database.execute(given_up).all()
            rest = database.execute(resting).all()
    except StoreUnavailable as error:
        return Check.not_seen(NAME, f"The database would tell, but {error}.")
    if rest:
        each = "; ".join(f"{trigger} to {host}" for trigger, host in rest)
        return Check.to_mend(
            NAME,
            "Nothing is sent or read any more for hooks whose target answered 404 or nothing for"
            f" three days: {each}.",
            "Mend the workflow that it went to, then wake the hook (POST /v1/hooks/{id}/wake) and"
            " replay what was given up; or end it.",
        )
    if not found:
        return Check.ok(NAME, "Nothing was given up.")
    each = "; ".join(f"{count} of {trigger} to {host}" for trigger, host, count in found)
    return Check.to_mend(
        NAME,
        f"Events were given up after two days of trying: {each}.",
        "Mend the workflow that they went to, then replay them (POST /v1/hooks/{id}/replay).",
    )
