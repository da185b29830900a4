"""The faults that stand: which calls they hit, and what they do to them."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from random import Random
from typing import Any

from flask import Response

from connector.sandbox.exact_json import Json
from connector.sandbox.gateway.wire import Dropped, Pause, Reset, slow, truncated
from connector.sandbox.messages import answer, refusal

HTML = "<!DOCTYPE html><html><head><title>ReturnGO</title></head><body>Please wait</body></html>"
UNCOUNTED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})
"""Answers that the gateway gives by itself, so that a call which gets them is not counted."""


@dataclass
class Fault:
    """One standing fault. `count` is how many calls it still hits, None any number."""

    kind: str = "status"
    status: int = 500
    body: Any = None
    seconds: float = 1
    count: int | None = 1
    share: float = 1
    method: str | None = None
    path: str = "/"
    when: str = "before"

    def shown(self) -> Json:
        """Show the fault as the control call does."""
        return asdict(self)

    @property
    def uncounted(self) -> bool:
        """Whether the call is refused before it would be counted."""
        return self.kind == "status" and self.when == "before" and self.status in UNCOUNTED

    def suits(self, method: str, path: str) -> bool:
        """Return whether the fault is meant for such a call."""
        return self.method in (None, method) and path.startswith(self.path)


class FaultBoard:
    """The standing faults. Its caller holds the simulation's lock."""

    def __init__(self, seed: int) -> None:
        self.standing: list[Fault] = []
        self._rng = Random(seed)

    def pick(self, method: str, path: str) -> list[Fault]:
        """Return the faults that hit this call: the oldest that fires, and delays before it."""
        picked: list[Fault] = []
        for fault in list(self.standing):
            if not fault.suits(method, path):
                continue
            if self._rng.random() >= fault.share:
                continue
            if fault.count is not None:
                fault.count -= 1
                if fault.count == 0:
                    self.standing.remove(fault)
            picked.append(fault)
            if fault.kind != "delay":
                break
        return picked


Action = Callable[[Fault, Response, Pause], Response]


def act(fault: Fault, response: Response, pause: Pause) -> Response:
    """Do to an answer what the fault does; `response` is what would have been sent without it."""
    return ACTIONS[fault.kind](fault, response, pause)


def _status(fault: Fault, _: Response, __: Pause) -> Response:
    if fault.body is None:
        return refusal(fault.status, _phrase(fault.status))
    if isinstance(fault.body, str):
        return Response(fault.body, fault.status, content_type="text/plain; charset=utf-8")
    return answer(fault.body, fault.status)


def _delay(fault: Fault, response: Response, pause: Pause) -> Response:
    pause(fault.seconds)
    return response


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


ACTIONS: dict[str, Action] = {
    "status": _status,
    "delay": _delay,
    "drop": lambda *_: Dropped(),
    "reset": lambda *_: Reset(),
    "slow": lambda fault, response, pause: slow(response, fault.seconds, pause),
    "truncate": lambda _, response, __: truncated(response),
    "html": lambda *_: Response(HTML, content_type="text/html; charset=utf-8"),
    "lost_answer": lambda *_: Dropped(),
}
AFTER_THE_WORK = frozenset({"slow", "truncate", "lost_answer"})
"""Kinds that let the call do its work first, whatever they are told."""
