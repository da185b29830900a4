"""The calls that a ReturnGO key has: so many a day, so many a second, shared by every process.

The day is ReturnGO's, 00:00 to 00:00 UTC ([A] day-is-utc). One conditional UPDATE grants a call, so
the limits hold whatever the concurrency.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NoReturn

from sqlalchemy import (
    BigInteger,
    Connection,
    RowMapping,
    case,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from connector.clock import SYSTEM_CLOCK, Clock
from connector.store import Store
from connector.store.instant import EPOCH, MICROSECOND, Instant
from connector.store.tables import budget

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
THROTTLE_PAUSE = SECOND
CLOCKS_APART = timedelta(minutes=5)  # at most, ReturnGO's from ours
RESERVE_SHARE = 0.1  # of the day's calls, kept from background reading for actions


class BudgetError(Exception):
    """A call was not granted. `retry_after` says in how many seconds one may be."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DaySpent(BudgetError):
    """The day's calls are used up, or those that background reading may use."""


class TooFast(BudgetError):
    """The second's calls are used up."""


@dataclass(frozen=True)
class Balance:
    """What is left of a key's day: `remaining` of `limit` calls, for `resets_in` more seconds."""

    limit: int
    remaining: int
    for_background: int
    resets_in: int


class Budget:
    """Grants the calls of every ReturnGO key, durably.

    `daily` and `second` are the key's limits. Half of the second's calls may come at once and half
    trickle in, so that no window of one second, wherever it starts, holds more than all of them.
    """

    def __init__(
        self, store: Store, *, daily: int, second: int, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._store = store
        self._clock = clock
        self.daily = daily
        self.reserve = int(daily * RESERVE_SHARE)
        # rounded up to whole microseconds: a little slower than allowed, never faster
        self._step = -(-2 * SECOND // (second * MICROSECOND)) * MICROSECOND
        self._burst = self._step * (second // 2 - 1)

    def take(self, key_id: str, *, background: bool = False) -> None:
        """Spend one call of the key, now.

        `background` reading stops at the reserve, which is kept for actions. Raises DaySpent or
        TooFast, and StoreUnavailable; then nothing was spent.
        """
        now = self._clock.now()
        limit = self.daily - self.reserve if background else self.daily
        with self._store.write() as connection:
            if self._granted(connection, key_id, now, limit):
                return
            row = self._row(connection, key_id)
        self._refuse(row, now)

    def learn_spent(self, key_id: str) -> None:
        """Close the key until the next day: ReturnGO said that the day's calls are used up.

        Just after midnight it may mean the day before, for a clock that is behind ours: then only
        until the clocks must agree.
        """
        now = self._clock.now()
        midnight = _midnight_after(now)
        agreed = midnight - DAY + CLOCKS_APART
        self._set(key_id, closed_until=agreed if now < agreed else midnight)

    def learn_throttled(self, key_id: str) -> None:
        """Let a second pass before the key's next call: ReturnGO said that they come too fast."""
        self._set(key_id, paced_until=self._clock.now() + self._burst + THROTTLE_PAUSE)

    def balance(self, key_id: str) -> Balance:
        """Answer what is left of the key's day. Raises StoreUnavailable."""
        now = self._clock.now()
        with self._store.read() as connection:
            row = self._row(connection, key_id)
        used = 0
        if row is not None and _is_closed(row, now):
            used = self.daily
        elif row is not None and row["day"] >= _day(now):
            used = row["used"]
        remaining = max(0, self.daily - used)
        return Balance(
            limit=self.daily,
            remaining=remaining,
            for_background=max(0, remaining - self.reserve),
            resets_in=_seconds(_opens_at(row, now) - now),
        )

    def _granted(self, connection: Connection, key_id: str, now: datetime, limit: int) -> bool:
        today = _day(now)
        connection.execute(
            self._store.insert(budget)
            .values(key_id=key_id, day=today, used=0, paced_until=EPOCH)
            .on_conflict_do_nothing()
        )
        # A process whose clock is behind at midnight counts into the day that another began.
        new_day = budget.c.day < today
        granted = connection.execute(
            update(budget)
            .where(budget.c.key_id == key_id)
            .where(or_(new_day, budget.c.used < limit))
            .where(budget.c.paced_until <= now + self._burst)
            .where(or_(budget.c.closed_until.is_(None), budget.c.closed_until <= now))
            .values(
                day=case((new_day, today), else_=budget.c.day),
                used=case((new_day, 1), else_=budget.c.used + 1),
                paced_until=case(
                    (budget.c.paced_until < now, literal(now + self._step, Instant())),
                    else_=type_coerce(budget.c.paced_until, BigInteger) + self._step // MICROSECOND,
                ),
                closed_until=None,
            )
        )
        return granted.rowcount == 1

    def _refuse(self, row: RowMapping | None, now: datetime) -> NoReturn:
        assert row is not None  # _granted made it
        if row["paced_until"] > now + self._burst and not _is_closed(row, now):
            wait = (row["paced_until"] - now - self._burst).total_seconds()
            raise TooFast("The calls of this second are used up.", wait)
        raise DaySpent(
            f"The {self.daily} calls a day that ReturnGO allows this key are used up, or those"
            " left are kept for actions. They return at 00:00 UTC.",
            _seconds(_opens_at(row, now) - now),
        )

    def _set(self, key_id: str, **values: datetime) -> None:
        with self._store.write() as connection:
            connection.execute(update(budget).where(budget.c.key_id == key_id).values(values))

    def _row(self, connection: Connection, key_id: str) -> RowMapping | None:
        return (
            connection.execute(select(budget).where(budget.c.key_id == key_id)).mappings().first()
        )


def _is_closed(row: RowMapping, now: datetime) -> bool:
    return row["closed_until"] is not None and bool(row["closed_until"] > now)


def _opens_at(row: RowMapping | None, now: datetime) -> datetime:
    if row is not None and _is_closed(row, now):
        closed_until: datetime = row["closed_until"]
        return closed_until
    return _midnight_after(now)


def _day(now: datetime) -> str:
    return now.date().isoformat()


def _midnight_after(now: datetime) -> datetime:
    return datetime.combine(now.date(), time(), tzinfo=now.tzinfo) + DAY


def _seconds(span: timedelta) -> int:
    """Round up to whole seconds, so that nobody comes back too early."""
    return -int(-span.total_seconds() // 1)
