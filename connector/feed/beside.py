"""Working beside a running bridge: between its readings, with calls that it does not need."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Connection as Database
from sqlalchemy import select

from connector.budget import DAY, Budget
from connector.clock import Clock
from connector.returngo import DayQuotaReached
from connector.store import Store
from connector.store.tables import stream

LOOK_EVERY = 0.5  # seconds between two looks whether somebody still reads a shop
# Of a day's calls, for what is left of the day: polls stay fresh meanwhile.
KEPT_FOR_POLLS = 0.25


@contextmanager
def between_readings(store: Store, clock: Clock, stream_id: int) -> Iterator[Database]:
    """Open a transaction during which nobody reads a stream; wait until nobody does.

    A reading that begins later asks ReturnGO later, too. The stream's own lease is left alone: a
    process that dies with it would keep the bridge waiting.
    """
    leased_until = select(stream.c.lease_until).where(stream.c.id == stream_id).with_for_update()
    while True:
        with store.write() as database:
            until = database.execute(leased_until).scalar_one()
            if until is None or until <= clock.now():
                yield database
                return
        clock.sleep(LOOK_EVERY)


def keep_calls(budget: Budget, key_id: str) -> None:
    """Check that there is a call to spare. Raises DayQuotaReached when polls need those left."""
    balance = budget.balance(key_id)
    kept = balance.limit * KEPT_FOR_POLLS * (timedelta(seconds=balance.resets_in) / DAY)
    if balance.for_background <= kept:
        raise DayQuotaReached(
            "The calls that are left today are kept for polls and actions.",
            retry_after=balance.resets_in,
        )
