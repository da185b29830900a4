"""What the database keeps of a key's calls, and the statements that change it.

A key has up to four rows. The first counts the day's calls and says when the next is due
(`paced_until`, less the burst), and until when the day is known to be spent (`closed_until`). The
others bear the key's name and a word: until when calls are paused, until when reading may not
stand in a queue, and how many calls were not there for us on a day that was spent. An instant that
lies further ahead than clocks may be apart was written by a clock that was wrong: it is put right
where it is met.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Connection,
    RowMapping,
    String,
    and_,
    bindparam,
    case,
    or_,
    select,
    type_coerce,
    update,
)

from connector.budget.day import day_of, latest_closure, latest_day, midnight_after
from connector.budget.rate import Rate
from connector.clock import MAX_CLOCK_SKEW
from connector.store import Store
from connector.store.instant import EPOCH, MICROSECOND, Instant
from connector.store.tables import budget

PAUSE = "pause"
READING = "reading"
ELSEWHERE = "elsewhere"
FORGOTTEN = 31  # days after which nothing is left of any number of calls
LONGEST_QUEUE = timedelta(seconds=30)
FURTHEST = MAX_CLOCK_SKEW + LONGEST_QUEUE  # that the end of a queue may lie ahead


# Each poll asks for it. Making a statement costs ten times what running it does.
ROW = select(budget).where(budget.c.key_id == bindparam("key_id"))
BOTH = select(budget).where(budget.c.key_id.in_([bindparam("key_id"), bindparam("elsewhere")]))

_TODAY = bindparam("today", type_=String)
# A process whose clock is behind at midnight counts into the day that another began.
_NEW_DAY = budget.c.day < _TODAY
RESERVE = (
    update(budget)
    .where(budget.c.key_id == bindparam("name"))
    .where(or_(_NEW_DAY, budget.c.used < bindparam("limit")))
    .where(budget.c.paced_until <= bindparam("latest"))
    .where(or_(budget.c.closed_until.is_(None), budget.c.closed_until <= bindparam("now")))
    .values(
        day=case((_NEW_DAY, _TODAY), else_=budget.c.day),
        used=case((_NEW_DAY, 1), else_=budget.c.used + 1),
        paced_until=case(
            (budget.c.paced_until < bindparam("earliest"), bindparam("after_it", type_=Instant())),
            else_=type_coerce(budget.c.paced_until, BigInteger)
            + bindparam("step", type_=BigInteger),
        ),
        closed_until=None,
    )
    .returning(budget.c.paced_until)
)
_TOO_FAR = budget.c.paced_until > bindparam("furthest")
_TOO_LONG = and_(
    budget.c.closed_until.is_not(None), budget.c.closed_until > bindparam("latest_closure")
)
# The calls of a day that is not yet were made today, at least in part: they count.
_NOT_YET = budget.c.day > bindparam("latest_day")
PUT_RIGHT = (
    update(budget)
    .where(budget.c.key_id == bindparam("name"))
    .where(or_(_TOO_FAR, _TOO_LONG, _NOT_YET))
    .values(
        paced_until=case((_TOO_FAR, bindparam("now", type_=Instant())), else_=budget.c.paced_until),
        closed_until=case(
            (_TOO_LONG, bindparam("midnight", type_=Instant())), else_=budget.c.closed_until
        ),
        day=case((_NOT_YET, _TODAY), else_=budget.c.day),
    )
)


@dataclass(frozen=True)
class Ledger:
    """The rows of all keys. Each method but `put_right` works within its caller's transaction."""

    store: Store
    rate: Rate

    def row(self, connection: Connection, key_id: str) -> RowMapping | None:
        """Find the row that counts a key's calls."""
        return connection.execute(ROW, {"key_id": key_id}).mappings().first()

    def open(self, connection: Connection, key_id: str, now: datetime) -> None:
        """See that the key has its row, and that the row is not of another time."""
        self._insert(connection, key_id, now)
        self._put_right(connection, key_id, now)

    def put_right(self, key_id: str, now: datetime) -> None:
        """See, in a transaction of its own, that the key's row is not of another time."""
        with self.store.write() as connection:
            self._put_right(connection, key_id, now)

    def reserve(
        self,
        connection: Connection,
        key_id: str,
        now: datetime,
        limit: int,
        latest: datetime,
        lead: timedelta,
    ) -> datetime | None:
        """Reserve the key's next slot and count the call; answer when it is, if by `latest`.

        The call has `lead` over the even pace, the burst at most.
        """
        earliest = max(now, self.until(connection, key_id, PAUSE, now))
        if earliest > latest:
            return None
        named = {
            "name": key_id,
            "today": day_of(now),
            "limit": limit,
            "latest": latest + lead,
            "now": now,
            "earliest": earliest,
            "after_it": earliest + self.rate.step,
            "step": self.rate.step // MICROSECOND,
        }
        taken = connection.execute(RESERVE, named).scalar()
        return None if taken is None else max(earliest, taken - self.rate.step - lead)

    def give_back(self, connection: Connection, key_id: str, day: str) -> None:
        """Take a call of the day back that was not made."""
        connection.execute(
            update(budget)
            .where(budget.c.key_id == key_id, budget.c.day == day, budget.c.used > 0)
            .values(used=budget.c.used - 1)
        )

    def close(self, connection: Connection, key_id: str, until: datetime) -> None:
        """Grant nothing until then."""
        connection.execute(
            update(budget).where(budget.c.key_id == key_id).values(closed_until=until)
        )

    def note_elsewhere(
        self, connection: Connection, key_id: str, calls: int, now: datetime
    ) -> None:
        """Keep how many of today's calls were not there for us."""
        name = _named(key_id, ELSEWHERE)
        self._insert(connection, name, now)
        connection.execute(
            update(budget).where(budget.c.key_id == name).values(day=day_of(now), used=calls)
        )

    def look_up(
        self, connection: Connection, key_id: str, now: datetime
    ) -> tuple[RowMapping | None, int]:
        """Return the row that counts a key's calls, and how many are left to others today.

        What was learnt of a day holds for the next one. Then the bridge takes back half of it each
        day, and learns anew if that was too much.
        """
        name = _named(key_id, ELSEWHERE)
        found = connection.execute(BOTH, {"key_id": key_id, "elsewhere": name}).mappings()
        rows = {row["key_id"]: row for row in found}
        elsewhere = 0
        if name in rows:
            days = (now.date() - date.fromisoformat(rows[name]["day"])).days
            elsewhere = int(rows[name]["used"]) >> min(max(0, days - 1), FORGOTTEN)
        return rows.get(key_id), elsewhere

    def hold(self, connection: Connection, key_id: str, until: datetime) -> None:
        """Grant nothing until then, and no burst afterwards."""
        latest = until + self.rate.burst
        connection.execute(
            update(budget)
            .where(budget.c.key_id == key_id, budget.c.paced_until < latest)
            .values(paced_until=latest)
        )

    def until(self, connection: Connection, key_id: str, what: str, now: datetime) -> datetime:
        """Return until when the key is paused, or `what` else the word says."""
        row = self.row(connection, _named(key_id, what))
        until: datetime = EPOCH if row is None else row["paced_until"]
        return EPOCH if until > now + FURTHEST else until

    def keep_until(
        self, connection: Connection, key_id: str, what: str, until: datetime, now: datetime
    ) -> None:
        """Set until when the key is paused, or `what` else the word says."""
        name = _named(key_id, what)
        self._insert(connection, name, now)
        connection.execute(update(budget).where(budget.c.key_id == name).values(paced_until=until))

    def _insert(self, connection: Connection, name: str, now: datetime) -> None:
        new = {"key_id": name, "day": day_of(now), "used": 0, "paced_until": EPOCH}
        connection.execute(self.store.insert(budget).on_conflict_do_nothing(), new)

    def _put_right(self, connection: Connection, key_id: str, now: datetime) -> None:
        named = {
            "name": key_id,
            "now": now,
            "today": day_of(now),
            "furthest": now + FURTHEST,
            "latest_closure": latest_closure(now),
            "latest_day": latest_day(now),
            "midnight": midnight_after(now),
        }
        connection.execute(PUT_RIGHT, named)


def is_of_another_time(row: RowMapping, now: datetime) -> bool:
    """Whether a clock that was wrong has written the row, as far as the day goes."""
    closed_until = row["closed_until"]
    return bool(
        row["day"] > latest_day(now)
        or (closed_until is not None and closed_until > latest_closure(now))
    )


def _named(key_id: str, what: str) -> str:
    return f"{key_id} {what}"
