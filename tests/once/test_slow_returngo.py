"""Every action that writes, when ReturnGO's answer is late or lost and the client asks again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import app
from connector.blocks import Effect, read_input
from connector.connections import Connection
from connector.once import InProgress, Once, Outcome
from connector.returngo import TimedOut, Unavailable, Undecided, Upstream
from connector.sandbox.app import SandboxApp, create_app
from connector.store import Store, Vault
from tests.deeds import Deed, deeds_of, writes
from tests.stand_ins import HandClock

SLOW = 29  # seconds: the longest for which ReturnGO's gateway lets a call work
SOON = 10  # seconds after which the client asks again
ACTIONS = (
    "add_rma_comment",
    "create_rma",
    "record_transaction",
    "update_rma_status",
    "update_shipment",
    "delete_shipment",
    "track_shipment",
    "api_request",
)


class InProcess:
    """A simulated ReturnGO in this process."""

    def __init__(self, sandbox: SandboxApp) -> None:
        self._client = sandbox.test_client()

    def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        answer = self._client.open(f"/_sandbox/{path}", method=method, json=body or {})
        assert answer.status_code == 200, answer.text
        return answer.json

    def calls(self) -> list[dict[str, Any]]:
        return list(self.control("calls", method="GET"))


@pytest.fixture
def meanwhile() -> list[Callable[[], None]]:
    """What happens while ReturnGO keeps a call waiting."""
    return []


@pytest.fixture
def sandbox(clock: HandClock, meanwhile: list[Callable[[], None]]) -> SandboxApp:
    def pause(seconds: float) -> None:
        clock.sleep(SOON)
        for act in meanwhile:
            act()
        clock.sleep(seconds - SOON)

    return create_app(now=clock.now, pause=pause, empty=True)


@pytest.fixture
def returngo(sandbox: SandboxApp) -> InProcess:
    return InProcess(sandbox)


@pytest.fixture(params=ACTIONS)
def deed(request: pytest.FixtureRequest, returngo: InProcess, clock: HandClock) -> Deed:
    (deeds,) = deeds_of(returngo, 1, clock.now())
    assert [each.action for each in deeds] == list(ACTIONS)
    return next(each for each in deeds if each.action == request.param)


@pytest.fixture
def ask(
    store: Store,
    vault: Vault,
    upstream: Upstream,
    clock: HandClock,
    connection: Connection,
    deed: Deed,
) -> Callable[[], Outcome]:
    """Ask for the deed, always under the same key."""
    once = Once(store, vault, upstream, clock)
    action = app.CATALOGUE.actions[deed.action]
    call = read_input(action.input_schema, deed.fields)
    return lambda: once.perform(connection, action, call, "k")


def applied(returngo: InProcess, deed: Deed) -> int:
    return sum(call["applied"] for call in writes(returngo) if call["path"] == deed.entry)


def ask_until_it_is_over(ask: Callable[[], Outcome], clock: HandClock) -> Outcome | None:
    """Ask as long as it is in progress; answer None when nobody can know."""
    began = clock.now()
    while clock.now() - began < timedelta(minutes=2):
        try:
            return ask()
        except InProgress:
            clock.sleep(InProgress.retry_after)
        except Undecided:
            return None
    raise AssertionError("it stays in progress")


@pytest.mark.parametrize("when", ["before", "after"])
def test_who_asks_again_while_returngo_takes_its_time_does_nothing(
    returngo: InProcess,
    clock: HandClock,
    deed: Deed,
    ask: Callable[[], Outcome],
    meanwhile: list[Callable[[], None]],
    when: str,
):
    delay = {"kind": "delay", "seconds": SLOW, "when": when, "path": deed.entry}
    returngo.control("faults", delay)
    refused = []

    def ask_again() -> None:
        with pytest.raises(InProgress):
            ask()
        refused.append(clock.now())

    meanwhile.append(ask_again)
    with pytest.raises(TimedOut):
        ask()
    assert len(refused) == 1
    last = ask_until_it_is_over(ask, clock)
    # a SET is repeated, which ReturnGO takes for another write of the same where `again` says so
    assert applied(returngo, deed) == (2 if deed.again else 1)
    assert (last is None) == deed.blind
    assert last is None or ask() == Outcome(last.answer, is_replay=True)
    assert applied(returngo, deed) == (2 if deed.again else 1)


@pytest.mark.parametrize("trouble", ["lost_answer", "drop"])
def test_a_write_of_unknown_outcome_is_not_done_twice(
    returngo: InProcess,
    clock: HandClock,
    deed: Deed,
    ask: Callable[[], Outcome],
    trouble: str,
):
    """An ADD is looked for before it is repeated; a SET is repeated, at once."""
    returngo.control("faults", {"kind": trouble, "path": deed.entry})
    if app.CATALOGUE.actions[deed.action].effect is Effect.ADD:
        with pytest.raises(Unavailable):
            ask()
        before = len(returngo.calls())
        last = ask_until_it_is_over(ask, clock)
        assert deed.blind or returngo.calls()[before]["method"] == "GET", "it looks first"
    else:
        last = ask()
    is_done = trouble == "lost_answer"
    assert (last is None) == deed.blind
    assert applied(returngo, deed) == (is_done if deed.blind else 1 + (deed.again and is_done))
