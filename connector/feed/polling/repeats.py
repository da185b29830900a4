"""Repeats: a question that was answered a moment ago, of a database that nobody has written to."""

import threading
import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime

from cachetools import LRUCache

from connector.budget import Balance
from connector.clock import Clock
from connector.feed.polling.page import Page, Shown
from connector.store import Store

MOST_QUESTIONS = 4096


@dataclass(frozen=True)
class _Answer:
    """What was answered, within a second of the clock and a state of the database.

    The page itself is `KeptPages`' to keep or to drop.
    """

    stamp: Hashable
    second: datetime
    shown: Callable[[], Shown | None]
    age: int
    balance: Balance | None


class Repeats:
    """Answers again what was just asked; safe among threads.

    Whether anything is due, how old the page is and what is left of the day are looked at anew with
    each second of the clock, and as soon as anybody has written anything.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._answers: LRUCache[Hashable, _Answer] = LRUCache(MOST_QUESTIONS)
        self._lock = threading.Lock()

    def answer(self, question: Hashable, make: Callable[[], Page]) -> Page:
        """Serve a question as it was answered just before, or else `make` the page."""
        # Before the page: what is written while it is made makes it one of before.
        stamp, second = self._store.stamp(), self._clock.now().replace(microsecond=0)
        if stamp is None:
            return make()
        with self._lock:
            last = self._answers.get(question)
        if last is not None and (last.stamp, last.second) == (stamp, second):
            shown = last.shown()
            if shown is not None:
                return Page(shown, last.age, last.balance)
        page = make()
        answer = _Answer(stamp, second, weakref.ref(page.shown), page.age, page.balance)
        with self._lock:
            self._answers[question] = answer
        return page
