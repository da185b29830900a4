"""The calls that a ReturnGO key has: so many a day, so many a second, shared by every process.

One conditional UPDATE reserves a call's slot, so the limits hold whatever the concurrency.
"""

from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy import Connection, RowMapping

from connector.budget.answers import Balance, BudgetError, DaySpent, Slot, TooFast
from connector.budget.day import DAY, closure_from, day_of, midnight_after
from connector.budget.ledger import LONGEST_QUEUE, PAUSE, READING, Ledger, is_of_another_time
from connector.budget.rate import SECOND, SLOT_JITTER, Rate
from connector.budget.tally import HourOfCalls, Purpose, Tally
from connector.clock import SYSTEM_CLOCK, Clock
from connector.store import Store

__all__ = [  # noqa: RUF022 - a constant stands where its letters do
    "Balance",
    "Budget",
    "BudgetError",
    "DAY",
    "DaySpent",
    "HourOfCalls",
    "Purpose",
    "Slot",
    "TooFast",
]

THROTTLE_PAUSE = SECOND
MOST_LATE = SLOT_JITTER * 0.7  # that a call may go out after its slot; the rest is the network's
READING_TURN = LONGEST_QUEUE  # reading stands in a queue once in so long
RESERVE_SHARE = 0.1  # of the day's calls, kept from background reading for actions
MOST_ELSEWHERE = 0.9  # of what reading may take is left to others: without any it would be blind


class Budget:
    """Grants the calls of every ReturnGO key, durably.

    `daily` and `second` are the key's limits, `reading` how many of the day's calls background
    reading may take: by itself all but the reserve for actions, which it never takes, and but what
    other software takes with the same key, as far as it is known. A key's slots are spaced so that
    no window of one second, wherever it starts, holds more than `second` calls.
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
        self.daily = daily
        self.second = second
        self.reading = daily - int(daily * RESERVE_SHARE)
        if reading is not None:
            self.reading = min(self.reading, reading)
        self.reserve = daily - self.reading

    def take(
        self,
        key_id: str,
        *,
        background: bool = False,
        writes: bool = False,
        patience: float = 0.0,
    ) -> Slot:
        """Reserve the key's next slot, at most `patience` seconds from now, and count the call.

        One that `writes` is counted as an action.

        Actions queue: each finds the slot after the last that was reserved. `background` reading
        does not: it is granted what is free at once, so that an action waits for one of its slots
        at most (at limits of 20 and more: for a twentieth of a second's calls). Only where actions
        leave none free may it stand among them, once in READING_TURN, which is as long as a queue
        can be. It stops at the day's reserve, which is kept for actions. Raises DaySpent or
        TooFast, and StoreUnavailable; then nothing was spent.
        """
        longest = min(timedelta(seconds=max(0.0, patience)), LONGEST_QUEUE)
        lead = self._rate.reading if background else self._rate.burst
        with self._store.write() as connection:
            # Read while nobody else writes: who had to wait for that is not late.
            now = self._clock.now()
            self._ledger.open(connection, key_id, now)
            limit = self.daily
            if background:
                _, elsewhere = self._ledger.look_up(connection, key_id, now)
                limit -= self.reserve + self._left(elsewhere)
            slot = (
                self._read(connection, key_id, now, limit, longest)
                if background
                else self._ledger.reserve(connection, key_id, now, limit, now + longest, lead)
            )
            row = self._ledger.row(connection, key_id)
            assert row is not None  # it was opened
            paused_until = self._ledger.until(connection, key_id, PAUSE, now)
            purpose = _purpose(background=background, writes=writes)
            if slot is not None:
                self.tally.count(connection, key_id, slot, purpose)
        if slot is None:
            self._refuse(row, now, limit, max(paused_until, row["paced_until"] - lead))
        return Slot(key_id, row["day"], slot, (slot - now).total_seconds(), purpose)

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
        remaining = max(0, self.daily - used)
        return Balance(
            limit=self.daily,
            remaining=remaining,
            for_background=max(0, remaining - self.reserve - elsewhere),
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
                " left are kept for actions. They return at 00:00 UTC.",
                _seconds(_opens_at(row, now) - now),
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


def _purpose(*, background: bool, writes: bool) -> Purpose:
    if background:
        return Purpose.READING
    return Purpose.ACTING if writes else Purpose.LOOKING_UP


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
