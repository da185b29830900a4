"""The calls that a ReturnGO key has: so many a day, so many a second, shared by every process.

One conditional UPDATE reserves a call's slot, so the limits hold whatever the concurrency.
"""

from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy import Connection, RowMapping

from connector.budget.allowances import Allowance, Allowances
from connector.budget.answers import Balance, Slot
from connector.budget.day import DAY, closure_from, day_of, midnight_after
from connector.budget.errors import BudgetError, DaySpent, TokenSpent, TooFast
from connector.budget.ledger import LONGEST_QUEUE, PAUSE, READING, Ledger, is_of_another_time
from connector.budget.purpose import Purpose, most_for
from connector.budget.rate import SECOND, SLOT_JITTER, Rate
from connector.budget.tally import HourOfCalls, Tally
from connector.clock import SYSTEM_CLOCK, Clock
from connector.store import Store

__all__ = [  # noqa: RUF022 - a constant stands where its letters do
    "Allowance",
    "Balance",
    "Budget",
    "BudgetError",
    "DAY",
    "DaySpent",
    "HourOfCalls",
    "Purpose",
    "Slot",
    "TokenSpent",
    "TooFast",
]

THROTTLE_PAUSE = SECOND
MOST_LATE = SLOT_JITTER * 0.7  # that a call may go out after its slot; the rest is the network's
READING_TURN = LONGEST_QUEUE  # reading stands in a queue once in so long
MOST_ELSEWHERE = 0.9  # of what reading may take is left to others: without any it would be blind


class Budget:
    """Grants the calls of every ReturnGO key, durably.

    `daily` and `second` are the key's limits, `reading` how many of the day's calls reading may
    take: by itself all that its purpose may, but what other software takes with the same key, as
    far as it is known. A key's slots are spaced so that no window of one second, wherever it
    starts, holds more than `second` calls.
    """

    def __init__(
        self,
        store: Store,
        *,
        daily: int,
        second: int,
        reading: int | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._store = store
        self._clock = clock
        self._rate = Rate.of(second)
        self._ledger = Ledger(store, self._rate)
        self.tally = Tally(store)
        self.allowances = Allowances(store)
        self.daily = daily
        self.second = second
        self.reading = most_for(Purpose.READING, daily)
        if reading is not None:
            self.reading = min(self.reading, reading)

    def take(
        self,
        key_id: str,
        purpose: Purpose,
        *,
        patience: float = 0.0,
        allowance: Allowance | None = None,
    ) -> Slot:
        """Reserve the key's next slot, at most `patience` seconds from now, and count the call.

        It counts for the token whose `allowance` is given, too. Each purpose stops where the rest
        of the day is left to those that go before it.

        Acting and looking up queue: each call finds the slot after the last that was reserved.
        Reading does not: it is granted what is free at once, so that an action waits for one of its
        slots at most (at limits of 20 and more: for a twentieth of a second's calls). Only where
        they leave none free may it stand among them, once in READING_TURN, which is as long as a
        queue can be. Raises DaySpent, TokenSpent or TooFast, and StoreUnavailable; then nothing was
        spent.
        """
        longest = min(timedelta(seconds=max(0.0, patience)), LONGEST_QUEUE)
        is_reading = purpose is Purpose.READING
        lead = self._rate.reading if is_reading else self._rate.burst
        with self._store.write() as connection:
            # Read while nobody else writes: who had to wait for that is not late.
            now = self._clock.now()
            if allowance is not None:
                self.allowances.spend(connection, allowance, purpose, now)
            self._ledger.open(connection, key_id, now)
            limit = most_for(purpose, self.daily)
            if is_reading:
                _, elsewhere = self._ledger.look_up(connection, key_id, now)
                limit = self.reading - self._left(elsewhere)
            slot = (
                self._read(connection, key_id, now, limit, longest)
                if is_reading
                else self._ledger.reserve(connection, key_id, now, limit, now + longest, lead)
            )
            row = self._ledger.row(connection, key_id)
            assert row is not None  # it was opened
            paused_until = self._ledger.until(connection, key_id, PAUSE, now)
            if slot is not None:
                self.tally.count(connection, key_id, slot, purpose)
            elif allowance is not None:
                self.allowances.give_back(connection, allowance, now)
        if slot is None:
            self._refuse(row, now, limit, max(paused_until, row["paced_until"] - lead))
        return Slot(key_id, row["day"], slot, now, purpose, allowance)

    def is_due(self, slot: Slot) -> bool:
        """Whether a slot that was waited for may be used now. Raises StoreUnavailable.

        It may not when its time is over or not near, because somebody woke late or a clock was
        set, nor while ReturnGO finds calls too fast. Then give it back.
        """
        now = self._clock.now()
        if abs(now - slot.at) > MOST_LATE:
            return False
        if slot.wait <= 0:
            return True
        with self._store.read() as connection:
            return self._ledger.until(connection, slot.key_id, PAUSE, now) <= now

    def give_back(self, slot: Slot) -> None:
        """Uncount a call that was not made; its slot stays empty. Raises StoreUnavailable."""
        with self._store.write() as connection:
            if slot.allowance is not None:
                self.allowances.give_back(connection, slot.allowance, slot.taken_at)
            self._ledger.give_back(connection, slot.key_id, slot.day)
            self.tally.count(connection, slot.key_id, slot.at, slot.purpose, -1)

    def learn_spent(self, key_id: str) -> None:
        """Close the key until the next day: ReturnGO said that the day's calls are used up.

        Where they are not ours, other software uses the key, or fewer are allowed than is set:
        reading leaves as many alone on the next day, and half of it on each after that.
        """
        with self._store.write() as connection:
            now = self._clock.now()
            until = closure_from(now)
            row = self._ledger.row(connection, key_id)
            if row is not None and row["day"] == day_of(now) and until == midnight_after(now):
                missing = max(0, self.daily - row["used"])
                if not _is_closed(row, now):  # what was given back since says nothing of others
                    self._ledger.note_elsewhere(connection, key_id, missing, now)
            self._ledger.close(connection, key_id, until)

    def learn_throttled(self, key_id: str) -> None:
        """Let a second pass before the key's next call: ReturnGO said that they come too fast."""
        with self._store.write() as connection:
            now = self._clock.now()
            until = now + THROTTLE_PAUSE
            self._ledger.keep_until(connection, key_id, PAUSE, until, now)
            self._ledger.hold(connection, key_id, until)

    def balance(self, key_id: str) -> Balance:
        """Return what is left of the key's day. Raises StoreUnavailable."""
        now = self._clock.now()
        row, elsewhere = self._look_up(key_id, now)
        if row is not None and is_of_another_time(row, now):
            self._ledger.put_right(key_id, now)
            row, elsewhere = self._look_up(key_id, now)
        used = 0
        if row is not None and _is_closed(row, now):
            used = self.daily
        elif row is not None and row["day"] >= day_of(now):
            used = row["used"]
        return Balance(
            limit=self.daily,
            remaining=max(0, self.daily - used),
            for_background=max(0, self.reading - elsewhere - used),
            resets_in=_seconds(_opens_at(row, now) - now),
            reading=self.reading - elsewhere,
            used_elsewhere=elsewhere,
        )

    def _read(
        self, connection: Connection, key_id: str, now: datetime, limit: int, longest: timedelta
    ) -> datetime | None:
        """Reserve a slot for reading: one that is free now or, once in a while, one in the queue.

        Any slot counts as its turn, so that no queue holds two.
        """
        slot = self._ledger.reserve(connection, key_id, now, limit, now, self._rate.reading)
        if slot is None and self._ledger.until(connection, key_id, READING, now) <= now:
            slot = self._ledger.reserve(
                connection, key_id, now, limit, now + longest, self._rate.reading
            )
        if slot is not None:
            until = now + READING_TURN
            self._ledger.keep_until(connection, key_id, READING, until, now)
        return slot

    def _refuse(self, row: RowMapping, now: datetime, limit: int, free_at: datetime) -> NoReturn:
        is_spent = row["day"] >= day_of(now) and row["used"] >= limit
        if is_spent or _is_closed(row, now):
            raise DaySpent(
                f"The {self.daily} calls a day that ReturnGO allows this key are used up, or those"
                " left are kept for what is more urgent: actions before searches, searches before"
                " reading. They return at 00:00 UTC.",
                _seconds(_opens_at(row, now) - now),
            )
        if free_at > now + LONGEST_QUEUE:
            raise TooFast(
                "By the bridge's clock no call is due soon, and no queue is that long: the clock"
                " was set back, or those of the bridge's machines differ. Nothing was done; try"
                " again later.",
                (free_at - now).total_seconds(),
            )
        raise TooFast(
            f"More calls wait than the {self.second} a second that ReturnGO allows this key can"
            " carry soon. Nothing was done; try again later.",
            (free_at - now).total_seconds(),
        )

    def _look_up(self, key_id: str, now: datetime) -> tuple[RowMapping | None, int]:
        with self._store.read() as connection:
            row, elsewhere = self._ledger.look_up(connection, key_id, now)
        return row, self._left(elsewhere)

    def _left(self, elsewhere: int) -> int:
        """Return how many of a day's calls reading leaves to other software."""
        return min(elsewhere, int(self.reading * MOST_ELSEWHERE))


def _is_closed(row: RowMapping, now: datetime) -> bool:
    return row["closed_until"] is not None and bool(row["closed_until"] > now)


def _opens_at(row: RowMapping | None, now: datetime) -> datetime:
    if row is not None and _is_closed(row, now):
        closed_until: datetime = row["closed_until"]
        return closed_until
    return midnight_after(now)


def _seconds(span: timedelta) -> int:
    """Round up to whole seconds, so that nobody comes back too early."""
    return -int(-span.total_seconds() // 1)
