"""What an action can be caught at by a kill."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text, update

from connector.store import Store
from connector.store.tables import budget, idempotency
from tests.deeds import writes
from tests.processes import Sandbox

Look = Callable[[], bool]
Catch = Callable[[Sandbox, Store, int], AbstractContextManager[Look]]


@dataclass(frozen=True)
class Step:
    """A moment in a deed's life: `catch` holds so many deeds there, and tells when all are.

    By then ReturnGO `is_sent` the call, and the bridge `is_noted` to have noted the answer. Where
    it `is_brief`, only one of each deed can be held at once.
    """

    moment: str
    catch: Catch
    is_sent: bool = True
    is_noted: bool = False
    is_brief: bool = False


@contextmanager
def before_the_call(sandbox: Sandbox, store: Store, count: int) -> Iterator[Look]:
    """The key is taken, but the second's calls are used up, so nothing goes out."""
    with store.write() as database:
        later = datetime.now(UTC) + timedelta(seconds=15)
        database.execute(update(budget).values(paced_until=later))
    yield lambda: _count_noted(store, are=False) == count
    assert writes(sandbox) == []
    with store.write() as database:
        database.execute(update(budget).values(paced_until=datetime.now(UTC)))


@contextmanager
def before_returngo_has_done_it(sandbox: Sandbox, _: Store, count: int) -> Iterator[Look]:
    _let_it_take_a_while(sandbox, "before", count)
    yield lambda: _all(count, sandbox, lambda call: not call["applied"])


@contextmanager
def after_returngo_has_done_it(sandbox: Sandbox, _: Store, count: int) -> Iterator[Look]:
    _let_it_take_a_while(sandbox, "after", count)
    yield lambda: _all(count, sandbox, lambda call: call["applied"])


@contextmanager
def before_it_is_noted(sandbox: Sandbox, store: Store, count: int) -> Iterator[Look]:
    """ReturnGO has answered, but a lock holds up everybody who writes into our database."""
    notes = Lock("idempotency IN EXCLUSIVE MODE")
    _let_it_take_a_while(sandbox, "before", count)

    def are_held() -> bool:
        if not notes.is_held and _all(count, sandbox, lambda _: True):
            notes.take(store)
        return notes.is_held and _all(count, sandbox, lambda call: call["status"] == 200)

    with closing(notes):
        yield are_held


@contextmanager
def before_it_is_answered(sandbox: Sandbox, store: Store, count: int) -> Iterator[Look]:
    """It is noted, but a lock holds up who would say what is left of the day, for a second.

    All of them are noted at once, lest the first be answered before the last is noted.
    """
    noted = count - count // 8  # an RMA that was created is looked at first, which takes a call
    notes = Lock("idempotency IN EXCLUSIVE MODE")
    calls_left = Lock("budget IN ACCESS EXCLUSIVE MODE")
    _let_it_take_a_while(sandbox, "before", count)

    def are_held() -> bool:
        if not calls_left.is_held and _all(count, sandbox, lambda _: True):
            notes.take(store)
            calls_left.take(store)
        if notes.is_held and _all(count, sandbox, lambda call: call["status"] == 200):
            notes.close()
        return calls_left.is_held and _count_noted(store, are=True) == noted

    with closing(notes), closing(calls_left):
        yield are_held


class Lock:
    """A lock of our database, such as of one table, that a step takes when it has come so far."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._transaction = ExitStack()
        self.is_held = False

    def take(self, store: Store) -> None:
        database = self._transaction.enter_context(store.write())
        if store.engine.dialect.name == "postgresql":  # SQLite has one lock for all of it
            database.execute(text(f"LOCK TABLE {self._table}"))
        self.is_held = True

    def close(self) -> None:
        self._transaction.close()
        self.is_held = False


def _let_it_take_a_while(sandbox: Sandbox, when: str, count: int) -> None:
    """Have ReturnGO work until all calls have come, so that all can be caught at it."""
    seconds = 1.5 + 0.1 * count
    delay = {"kind": "delay", "seconds": seconds, "when": when, "count": count}
    for method in ("POST", "PUT", "DELETE"):
        sandbox.control("faults", {**delay, "method": method})


def _all(count: int, sandbox: Sandbox, is_there: Callable[[dict[str, Any]], bool]) -> bool:
    return sum(map(is_there, writes(sandbox))) == count


def _count_noted(store: Store, *, are: bool) -> int:
    is_noted = idempotency.c.done_at.is_not(None)
    with store.read() as database:
        noted = select(func.count()).where(is_noted if are else ~is_noted)
        return int(database.execute(noted).scalar_one())


STEPS = (
    Step("with the key taken, before the call", before_the_call, is_sent=False),
    Step("while ReturnGO is at it", before_returngo_has_done_it),
    Step("when ReturnGO has done it, before its 200", after_returngo_has_done_it),
    Step("between ReturnGO's 200 and the note of it", before_it_is_noted),
    Step(
        "between the note and the bridge's answer",
        before_it_is_answered,
        is_noted=True,
        is_brief=True,
    ),
)
