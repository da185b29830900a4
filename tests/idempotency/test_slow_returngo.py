"""Every action that writes, when ReturnGO's answer is late or lost and the client asks again."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

import app
from connector.blocks import Effect, read_input
from connector.connections import Connection
from connector.idempotency import Idempotency, InProgress, Performed
from connector.returngo import TimedOut, Transport, Unavailable, Undecided, Upstream
from connector.sandbox.app import SandboxApp
from connector.store import Store, Vault
from tests.deeds import Deed, deeds_of, writes
from tests.stand_ins import HandClock, WsgiAdapter

SLOW = timedelta(seconds=29)  # the longest for which ReturnGO's gateway lets a call work
PATIENCE = timedelta(seconds=25)  # the bridge's
SOON = timedelta(seconds=10)  # after which the client asks again
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


class Late(WsgiAdapter):
    """ReturnGO takes one write, and longer to answer it than the bridge waits.

    It `works` on it at once or when it is late; `meanwhile` comes when a client is impatient.
    """

    def __init__(self, sandbox: SandboxApp, clock: HandClock) -> None:
        super().__init__(sandbox)
        self._clock = clock
        self._late: list[tuple[datetime, requests.PreparedRequest]] = []
        self.works: str | None = None
        self.meanwhile: Callable[[], None] = lambda: None

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        if self.works is None or request.method == "GET":
            return super().send(request)
        works, self.works = self.works, None
        if works == "late":
            self._late.append((self._clock.now() + SLOW, request))
        else:
            super().send(request)
        self._clock.advance(SOON)
        self.meanwhile()
        self._clock.advance(PATIENCE - SOON)
        raise requests.ReadTimeout

    def come_to_its_end(self) -> None:
        """Do what ReturnGO has come to by now."""
        while self._late and self._late[0][0] <= self._clock.now():
            super().send(self._late.pop()[1])


@pytest.fixture
def late(sandbox: SandboxApp, clock: HandClock) -> Late:
    return Late(sandbox, clock)


@pytest.fixture
def transport(late: Late, clock: HandClock) -> Iterator[Transport]:
    transport = Transport("http://sandbox.example.com", clock=clock, adapter=late)
    yield transport
    transport.close()


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
) -> Callable[[], Performed]:
    """Ask for the deed, always under the same key."""
    once = Idempotency(store, vault, upstream, clock)
    action = app.CATALOGUE.actions[deed.action]
    call = read_input(action.input_schema, deed.fields)
    return lambda: once.perform(connection, action, call, "k")


def applied(returngo: InProcess, deed: Deed) -> int:
    return sum(call["applied"] for call in writes(returngo) if call["path"] == deed.entry)


def ask_until_it_is_over(ask: Callable[[], Performed], clock: HandClock, late: Late) -> Any:
    """Ask each second as long as it is in progress; answer None when nobody can know."""
    began = clock.now()
    outcome, is_over = None, False
    while not is_over or clock.now() - began < SLOW:
        assert clock.now() - began < timedelta(minutes=2), "it stays in progress"
        late.come_to_its_end()
        try:
            outcome, is_over = ask(), True
        except InProgress:
            assert not is_over
        except Undecided:
            is_over = True
        clock.sleep(1)
    return outcome


@pytest.mark.parametrize("works", ["late", "at once"])
def test_who_asks_again_while_returngo_takes_its_time_does_nothing(
    returngo: InProcess,
    clock: HandClock,
    deed: Deed,
    ask: Callable[[], Performed],
    late: Late,
    works: str,
):
    refused = []

    def ask_again() -> None:
        with pytest.raises(InProgress):
            ask()
        refused.append(clock.now())

    late.works, late.meanwhile = works, ask_again
    with pytest.raises(TimedOut):
        ask()
    assert len(refused) == 1
    last = ask_until_it_is_over(ask, clock, late)
    # a SET is repeated, which ReturnGO takes for another write of the same where `again` says so
    assert applied(returngo, deed) == 1 + deed.again
    assert (last is None) == deed.blind
    assert last is None or ask() == Performed(last.answer, is_replay=True)
    assert applied(returngo, deed) == 1 + deed.again


@pytest.mark.parametrize("trouble", ["lost_answer", "drop"])
def test_a_write_of_unknown_outcome_is_not_done_twice(
    returngo: InProcess,
    clock: HandClock,
    deed: Deed,
    ask: Callable[[], Performed],
    late: Late,
    trouble: str,
):
    """An ADD is looked for before it is repeated; a SET is repeated, at once."""
    returngo.control("faults", {"kind": trouble, "path": deed.entry})
    if app.CATALOGUE.actions[deed.action].effect is Effect.ADD:
        with pytest.raises(Unavailable):
            ask()
        before = len(returngo.calls())
        last = ask_until_it_is_over(ask, clock, late)
        assert deed.blind or returngo.calls()[before]["method"] == "GET", "it looks first"
    else:
        last = ask()
    is_done = trouble == "lost_answer"
    assert (last is None) == deed.blind
    assert applied(returngo, deed) == (is_done if deed.blind else 1 + (deed.again and is_done))
