"""Each answer that a soak's clients get, and whether a refusal lies where something was down."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.processes import TOKEN, Bridge

LONGEST = 60  # seconds that a call may take
NO_ANSWER = 0
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Answer:
    """What a call was answered, and when it began and ended (seconds, monotonic)."""

    began: float
    ended: float
    call: str
    status: int
    is_told: bool
    text: str

    @property
    def is_failure(self) -> bool:
        """Whether the bridge failed: no answer, or one of 500 and above."""
        return self.status == NO_ANSWER or self.status >= 500


@dataclass
class Window:
    """A trouble, from its beginning to when all was well again (seconds, monotonic)."""

    trouble: str
    began: float
    ended: float = float("inf")
    is_down: bool = True

    def holds(self, answer: Answer) -> bool:
        """Whether the call was under way while something was down."""
        return self.is_down and answer.began <= self.ended and answer.ended >= self.began


@dataclass
class Line:
    """The way to a bridge; notes what each call is answered."""

    bridge: Bridge
    answers: list[Answer] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    statuses: dict[str, dict[int, int]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def call(self, kind: str, method: str, path: str, **options: Any) -> requests.Response | None:
        """Call the bridge; None where there is no answer."""
        headers = {"Authorization": f"Bearer {TOKEN}", **options.pop("headers", {})}
        began = time.monotonic()
        answer: requests.Response | None = None
        text = ""
        try:
            answer = requests.request(
                method, f"{self.bridge.url}{path}", headers=headers, timeout=LONGEST, **options
            )
        except requests.RequestException as error:
            text = repr(error)
        self._note(kind, f"{method} {path}", began, answer, text)
        return answer

    def _note(
        self, kind: str, call: str, began: float, answer: requests.Response | None, text: str
    ) -> None:
        status = NO_ANSWER if answer is None else answer.status_code
        with self._lock:
            counted = self.statuses.setdefault(kind, {})
            counted[status] = counted.get(status, 0) + 1
        if status in (200, 304):
            return
        told = answer is not None and has_sentence(answer)
        text = text if answer is None else answer.text
        noted = Answer(began, time.monotonic(), call, status, told, text)
        with self._lock:
            self.answers.append(noted)

    @contextmanager
    def window(self, trouble: str, *, is_down: bool = True) -> Iterator[Window]:
        """Note when a trouble begins, and at the end of the block that all is well again."""
        window = Window(trouble, time.monotonic(), is_down=is_down)
        self.windows.append(window)
        yield window
        window.ended = time.monotonic()

    def astray(self) -> list[Answer]:
        """Return the failures that happened while nothing was down."""
        return [
            each
            for each in self.answers
            if each.is_failure and not any(window.holds(each) for window in self.windows)
        ]

    def untold(self) -> list[Answer]:
        """Return the answers of 400 and above that have no sentence."""
        return [each for each in self.answers if each.status >= 400 and not each.is_told]


def has_sentence(answer: requests.Response) -> bool:
    """Whether an answer is a problem with a sentence for the reader."""
    if answer.headers.get("Content-Type") != PROBLEM:
        return False
    detail = str(answer.json().get("detail", ""))
    return " " in detail and detail.rstrip().endswith((".", "!", "?"))
