"""The soak sees what is lost, doubled, made up, failed out of time, or answered without a word."""

import json
from typing import Any

import pytest
import requests

from tests.end_to_end.hook_receiver import Receiver
from tests.processes import Bridge, Sandbox
from tests.soak.answers import NO_ANSWER, Answer, Line, Window, has_sentence
from tests.soak.clients import Actor, Poller, astray
from tests.soak.happenings import World
from tests.soak.memory import Memory
from tests.soak.verdict import hooked, polled

NOTHING: Any = None  # no process is run here
SENTENCE = "The database cannot be used just now."


class Ledger(Sandbox):
    """A ReturnGO at which these writes were applied."""

    def __init__(self, *paths: str) -> None:
        super().__init__(NOTHING)
        self.paths = paths

    def control(self, *_: Any, **__: Any) -> Any:
        return [{"method": "POST", "path": each, "applied": True} for each in self.paths]


def line() -> Line:
    return Line(Bridge(NOTHING))


def world(*rmas: str) -> World:
    made = World(Sandbox(NOTHING))
    made.happened["new_rma"] = {(each,) for each in rmas}
    return made


def test_a_poll_that_lost_or_doubled_or_made_up_is_seen() -> None:
    poller = Poller(line(), "new_rma", walks=True)
    poller.told = [("a", ("1",)), ("b", ("1",)), ("c", ("4",)), ("d", ("3",))]
    found = polled(world("1", "2", "3"), [poller])
    assert found.expected == 3
    assert found.lost == ["new_rma (walking) ('2',)"]
    assert found.doubled == ["new_rma (walking) ('1',) 2", "new_rma (walking) ('4',) 1"]


def test_a_hook_may_come_again_under_its_id_and_not_under_another() -> None:
    receiver = Receiver()
    for id_, rma in (("a", "1"), ("a", "1"), ("b", "2"), ("c", "2")):
        receiver.received.append(
            ("new_rma", {"webhook-id": id_}, json.dumps({"rma_id": rma}).encode())
        )
    found, again = hooked(world("1", "2", "3"), receiver)
    assert again == 1
    assert found.lost == ["hook new_rma ('3',)"]
    assert found.doubled == ["hook new_rma ('2',) 2"]


def test_a_write_that_was_not_done_or_done_twice_or_by_nobody_is_seen() -> None:
    actor = Actor(line(), Ledger(), "actor")
    actor.asked = [("add_rma_comment", f"/rma/{each}/comment", {}) for each in (1, 2, 3, 4)]
    actor.done = 3
    ledger = Ledger("/rma/1/comment", "/rma/2/comment", "/rma/2/comment", "/rma/9/comment")
    lost, doubled = astray(ledger, [actor])
    assert lost == ["/rma/3/comment"]
    assert doubled == ["/rma/2/comment", "/rma/9/comment"]


@pytest.mark.parametrize("status", [NO_ANSWER, 500, 503])
def test_a_failure_is_astray_unless_something_was_down_meanwhile(status: int) -> None:
    calls = line()
    calls.windows = [Window("full disk", 10, 20), Window("clock", 30, 40, is_down=False)]
    moments = ((1, 2), (9, 11), (19, 25), (21, 22), (31, 32))
    calls.answers = [Answer(*each, "GET /", status, True, "") for each in moments]
    assert [each.began for each in calls.astray()] == [1, 21, 31]


@pytest.mark.parametrize(
    ("kind", "detail", "is_told"),
    [
        ("application/problem+json", SENTENCE, True),
        ("application/problem+json", "", False),
        ("application/problem+json", "OperationalError", False),
        ("application/json", SENTENCE, False),
    ],
)
def test_a_refusal_needs_a_sentence(kind: str, detail: str, *, is_told: bool) -> None:
    answer = requests.Response()
    answer.headers["Content-Type"] = kind
    answer._content = json.dumps({"detail": detail}).encode()
    assert has_sentence(answer) is is_told


def test_memory_that_grows_has_a_slope() -> None:
    memory = Memory(dict)
    memory.samples = {
        ("worker", 1): [(5.0 * each, 1024.0 * (100 + each)) for each in range(12)],
        ("killed", 2): [(5.0 * each, 1024.0) for each in range(8)],
    }
    assert memory.rows(0) == ["| worker | 1 | 100.0 | 111.0 | +720.0 |"]
