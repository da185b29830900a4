"""Allowances: how many calls of a key one token may make, a minute and a day, in all processes.

One conditional UPDATE counts a call before it is made. A window that a clock which was wrong has
begun is forgotten.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, String, and_, bindparam, case, not_, or_, select, update

from connector.budget.day import day_of, latest_day, midnight_after
from connector.budget.errors import TokenSpent
from connector.budget.purpose import Purpose, most_for
from connector.store import EPOCH, Store
from connector.store.instant import Instant
from connector.store.tables import token_calls

MINUTE = timedelta(minutes=1)
ANY_NUMBER = 2**31 - 1

_TODAY = bindparam("today", type_=String)
_THIS_MINUTE = bindparam("this_minute", type_=Instant())
# A process whose clock is a little behind counts into the day or minute that another began.
_NEW_DAY = or_(token_calls.c.day < _TODAY, token_calls.c.day > bindparam("latest_day"))
_NEW_MINUTE = or_(
    token_calls.c.minute < _THIS_MINUTE, token_calls.c.minute > bindparam("next_minute")
)
_IS_DAY_SPENT = and_(not_(_NEW_DAY), token_calls.c.of_day >= bindparam("a_day"))
_IS_MINUTE_SPENT = and_(not_(_NEW_MINUTE), token_calls.c.of_minute >= bindparam("a_minute"))
_OWN = token_calls.c.token == bindparam("name")
SPEND = (
    update(token_calls)
    .where(_OWN, not_(_IS_DAY_SPENT), not_(_IS_MINUTE_SPENT))
    .values(
        day=case((_NEW_DAY, _TODAY), else_=token_calls.c.day),
        of_day=case((_NEW_DAY, 1), else_=token_calls.c.of_day + 1),
        minute=case((_NEW_MINUTE, _THIS_MINUTE), else_=token_calls.c.minute),
        of_minute=case((_NEW_MINUTE, 1), else_=token_calls.c.of_minute + 1),
    )
)
IS_DAY_SPENT = select(_IS_DAY_SPENT).where(_OWN)


@dataclass(frozen=True)
class Allowance:
    """How many calls to ReturnGO a token may make; None is any number. `name` is for people.

    As of the key's own day, the last tenth of `a_day` is for actions.
    """

    token: str
    name: str
    a_minute: int | None
    a_day: int | None

    @property
    def words(self) -> str:
        """The limits in words, such as `10 a minute, 100 a day`."""
        limits = (("minute", self.a_minute), ("day", self.a_day))
        return ", ".join(f"{most} a {span}" for span, most in limits if most) or "any number"


@dataclass(frozen=True)
class Allowances:
    """Counts the calls of tokens. What takes a connection works within its transaction."""

    store: Store

    def spend(
        self, connection: Connection, allowance: Allowance, purpose: Purpose, now: datetime
    ) -> None:
        """Count a call of a token. Raises TokenSpent; then nothing is counted."""
        unused = {"day": "", "of_day": 0, "minute": EPOCH, "of_minute": 0}
        connection.execute(
            self.store.insert(token_calls).on_conflict_do_nothing(),
            {"token": allowance.token, **unused},
        )
        a_day = None if allowance.a_day is None else most_for(purpose, allowance.a_day)
        minute = _minute_of(now)
        named = {
            "name": allowance.token,
            "today": day_of(now),
            "latest_day": latest_day(now),
            "this_minute": minute,
            "next_minute": minute + MINUTE,
            "a_day": ANY_NUMBER if a_day is None else a_day,
            "a_minute": ANY_NUMBER if allowance.a_minute is None else allowance.a_minute,
        }
        if connection.execute(SPEND, named).rowcount == 1:
            return
        if connection.execute(IS_DAY_SPENT, named).scalar():
            part = "" if a_day == allowance.a_day else f", of these {a_day} to look something up,"
            what, until = f"{allowance.a_day} calls to ReturnGO a day{part}", midnight_after(now)
        else:
            what, until = f"{allowance.a_minute} calls to ReturnGO a minute", minute + MINUTE
        raise TokenSpent(
            f"The token {allowance.name!r} may make {what} and has made them. It goes on at"
            f" {until:%H:%M} UTC.",
            (until - now).total_seconds(),
        )

    def give_back(self, connection: Connection, allowance: Allowance, counted_at: datetime) -> None:
        """Take a call back that was not made."""
        own = update(token_calls).where(token_calls.c.token == allowance.token)
        for window, count in (
            (token_calls.c.day == day_of(counted_at), token_calls.c.of_day),
            (token_calls.c.minute == _minute_of(counted_at), token_calls.c.of_minute),
        ):
            connection.execute(own.where(window, count > 0).values({count: count - 1}))

    def today(self, now: datetime) -> dict[str, int]:
        """Return how many calls each token has made today. Raises StoreUnavailable."""
        made = select(token_calls.c.token, token_calls.c.of_day).where(
            token_calls.c.day == day_of(now)
        )
        with self.store.read() as connection:
            return {row.token: row.of_day for row in connection.execute(made)}


def _minute_of(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
