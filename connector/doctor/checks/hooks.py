"""Hooks: whether what was to be delivered has arrived."""

from sqlalchemy import func, select

from connector.doctor.check import Check
from connector.doctor.setup import Setup
from connector.store import StoreUnavailable
from connector.store.tables import delivery, subscription
from schemas.hooks import State

NAME = "hooks"


def check_hooks(setup: Setup) -> Check:
    """Check that no event of the connection's hooks was given up."""
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
    try:
        with setup.store.read() as database:
            found = database.execute(given_up).all()
    except StoreUnavailable as error:
        return Check.not_seen(NAME, f"The database would tell, but {error}.")
    if not found:
        return Check.ok(NAME, "Nothing was given up.")
    each = "; ".join(f"{count} of {trigger} to {host}" for trigger, host, count in found)
    return Check.to_mend(
        NAME,
        f"Events were given up after two days of trying: {each}.",
        "Mend the workflow that they went to, then replay them (POST /v1/hooks/{id}/replay).",
    )
