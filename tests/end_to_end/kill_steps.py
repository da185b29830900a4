"""What an action can be caught at by a kill."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text, update

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

    def all_answered() -> bool:
        return _all(count, sandbox, lambda call: call["status"] == 200)

    with _locked(sandbox, store, count, "idempotency IN EXCLUSIVE MODE") as is_locked:
        yield lambda: is_locked() and all_answered()


@contextmanager
def before_it_is_answered(sandbox: Sandbox, store: Store, count: int) -> Iterator[Look]:
    """It is noted, but a lock holds up who would say what is left of the day, for a second."""
    noted = count - count // 8  # an RMA that was created is looked at first, which takes a call
    with _locked(sandbox, store, count, "budget IN ACCESS EXCLUSIVE MODE") as is_locked:
        yield lambda: is_locked() and _count_noted(store, are=True) == noted


@contextmanager
def _locked(sandbox: Sandbox, store: Store, count: int, table: str) -> Iterator[Look]:
    """Lock our database once ReturnGO is at all of it, and tell whether it is locked."""
    _let_it_take_a_while(sandbox, "before", count)
    locks: list[Connection] = []
    with ExitStack() as opened:

        def lock() -> bool:
            if not locks and _all(count, sandbox, lambda _: True):
                locks.append(opened.enter_context(store.write()))
                if store.engine.dialect.name == "postgresql":
                    locks[0].execute(text(f"LOCK TABLE {table}"))
            return bool(locks)

        yield lock


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
