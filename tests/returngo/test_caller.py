from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.budget import Budget, Purpose, TooFast
from connector.connections import Connection
from connector.returngo import (
    BadRequest,
    DayQuotaReached,
    KeyRefused,
    NotFound,
    ReturnGOError,
    ShopRefused,
    Throttled,
    TimedOut,
    Transport,
    Unavailable,
)
from connector.returngo.caller import ATTEMPTS, LEAST_SECONDS, Caller
from connector.sandbox.app import SandboxApp
from connector.sandbox.gateway.calls import Call
from connector.store import Store, StoreUnavailable
from tests.stand_ins import HandClock, WsgiAdapter

DEMO = "demo.myshopify.com"
KEY = "demo-key"
CALL_SECONDS = 25.0
COMMENT = {"method": "POST", "path": "/rma/{}/comment", "body": {"htmlText": "Parcel arrived."}}


class Faults:
    """Troubles the sandbox, and shows which calls came."""

    def __init__(self, sandbox: SandboxApp) -> None:
        self._client = sandbox.test_client()
        self._simulation = sandbox.simulation

    def add(self, kind: str = "status", **options: Any) -> None:
        answer = self._client.post("/_sandbox/faults", json={"kind": kind, **options})
        assert answer.status_code == 200, answer.text

    def control(self, path: str, **options: Any) -> Any:
        answer = self._client.post(f"/_sandbox/{path}", json=options)
        assert answer.status_code == 200, answer.text
        return answer.json

    @property
    def calls(self) -> list[Call]:
        return self._simulation.calls

    @property
    def applied(self) -> int:
        return sum(call.applied for call in self.calls)


class Line(WsgiAdapter):
    """Carries calls to the sandbox; what it breaks off looks like a broken connection."""

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        try:
            return super().send(request, *args, **kwargs)
        except ConnectionError as error:
            raise requests.ConnectionError from error


@pytest.fixture
def faults(sandbox: SandboxApp) -> Faults:
    return Faults(sandbox)


@pytest.fixture
def caller(
    sandbox: SandboxApp, budget: Budget, clock: HandClock, connection: Connection
) -> Iterator[Caller]:
    transport = Transport("http://sandbox.example.com", clock=clock, adapter=Line(sandbox))
    yield Caller(
        transport=transport,
        budget=budget,
        clock=clock,
        connection=connection,
        shop=DEMO,
        purpose=Purpose.ACTING,
        call_seconds=CALL_SECONDS,
        attempt_seconds=10.0,
    )
    transport.close()


def other(caller: Caller, **changes: Any) -> Caller:
    return Caller(**{**{name: getattr(caller, name) for name in vars(caller)}, **changes})


def read(caller: Caller) -> Any:
    return caller.call("GET", "/rmas", query=[("pagesize", "1")], repeatable=True).document


def error_of(caller: Caller, **call: Any) -> ReturnGOError:
    options: dict[str, Any] = {
        "method": "GET",
        "path": "/rmas",
        "query": [("pagesize", "1")],
        "repeatable": True,
    }
    if call:
        options = {"repeatable": False, **call}
    with pytest.raises(ReturnGOError) as error:
        caller.call(**options)
    return error.value


def spent(budget: Budget, connection: Connection) -> int:
    balance = budget.balance(connection.key_id)
    return balance.limit - balance.remaining


def test_every_call_carries_the_key_and_the_shop(caller: Caller, faults: Faults):
    rma = faults.control("rmas")["rmaSummary"]["rmaId"]
    faults.add(status=500)
    read(caller)
    caller.call("PUT", f"/rma/{rma}/status", body={"status": "Approved"}, repeatable=True)
    caller.call("POST", f"/rma/{rma}/comment", body={"htmlText": "x"}, repeatable=False)

    assert [(call.key, call.shop) for call in faults.calls] == [(KEY, DEMO)] * 4


def test_a_good_call_answers_with_the_request_id_and_returngos_time(
    caller: Caller, clock: HandClock
):
    answer = caller.call("GET", "/rmas", query=[("pagesize", "1")], repeatable=True)

    assert answer.document == {"rmas": []}
    assert answer.request_id
    assert answer.date == clock.now()


def test_a_portal_is_passed_on_as_it_is(caller: Caller, faults: Faults):
    shop = f"{DEMO}@EU Returns"
    with suppress(ShopRefused):  # by a sandbox that knows no portal
        read(other(caller, shop=shop))

    assert [call.shop for call in faults.calls] == [shop]


def test_an_action_waits_in_the_queue_and_reading_until_it_has_passed(
    caller: Caller, store: Store, clock: HandClock, connection: Connection
):
    budget = Budget(store, daily=100, second=5, clock=clock)
    action = other(caller, budget=budget)
    reading = other(caller, budget=budget, purpose=Purpose.READING)
    read(reading)
    for _ in range(10):
        budget.take(connection.key_id, Purpose.ACTING, patience=24)
    began = clock.now()
    read(action)
    assert (clock.now() - began).total_seconds() == pytest.approx(11 * 0.216001)
    read(reading)
    assert (clock.now() - began).total_seconds() == pytest.approx(12 * 0.216001)


def test_a_queue_longer_than_the_call_may_take_is_told_with_its_real_length(
    caller: Caller, faults: Faults, store: Store, clock: HandClock, connection: Connection
):
    budget = Budget(store, daily=100, second=5, clock=clock)
    for _ in range(20):
        budget.take(connection.key_id, Purpose.ACTING, patience=24)
    began = clock.now()
    error = error_of(other(caller, budget=budget, call_seconds=3.0))

    assert isinstance(error, Throttled)
    assert error.retry_after == pytest.approx(20 * 0.216001)
    assert clock.now() == began, "there is no use in waiting"
    assert faults.calls == []
    assert budget.balance(connection.key_id).remaining == 80


class LateClock(HandClock):
    """A clock whose next sleep lasts longer than asked for."""

    late = 0.0

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds + self.late)
        self.late = 0.0


def test_a_caller_that_wakes_late_takes_another_slot(
    caller: Caller, faults: Faults, store: Store, connection: Connection
):
    clock = LateClock()
    budget = Budget(store, daily=100, second=5, clock=clock)
    slots = [budget.take(connection.key_id, Purpose.ACTING, patience=24) for _ in range(3)]
    clock.late = 0.1
    read(other(caller, budget=budget, clock=clock))

    assert clock.now() - slots[0].at >= timedelta(seconds=4 * 0.216), "its own slot was the fourth"
    assert budget.balance(connection.key_id).remaining == 96, "it is counted once"
    assert len(faults.calls) == 1


TRANSIENT = [
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "html"},
    {"kind": "truncate"},
    {"kind": "drop"},
    {"kind": "reset"},
    {"kind": "delay", "seconds": 11},
    {"kind": "lost_answer"},
]


def name_of(fault: dict[str, Any]) -> str:
    return f"{fault['kind']}-{fault.get('status', '')}"


@pytest.mark.parametrize("fault", TRANSIENT, ids=name_of)
def test_a_read_is_tried_again_after_an_outage(
    caller: Caller,
    faults: Faults,
    budget: Budget,
    connection: Connection,
    fault: dict[str, Any],
):
    faults.add(**fault)

    assert read(caller) == {"rmas": []}
    assert len(faults.calls) == 2
    assert spent(budget, connection) == 2, "every try costs a call"


@pytest.mark.parametrize("fault", TRANSIENT, ids=name_of)
def test_what_is_not_repeatable_is_tried_once_when_its_outcome_is_unknown(
    caller: Caller,
    faults: Faults,
    budget: Budget,
    connection: Connection,
    fault: dict[str, Any],
):
    rma = faults.control("rmas")["rmaSummary"]["rmaId"]
    faults.add(**fault)
    error = error_of(caller, **{**COMMENT, "path": f"/rma/{rma}/comment"})

    assert isinstance(error, Unavailable)
    assert len(faults.calls) == 1
    assert spent(budget, connection) == 1


def test_what_is_not_repeatable_is_tried_again_after_a_throttle(caller: Caller, faults: Faults):
    rma = faults.control("rmas")["rmaSummary"]["rmaId"]
    faults.add(status=429, body={"message": "Too Many Requests"}, count=2)
    caller.call("POST", f"/rma/{rma}/comment", body={"htmlText": "x"}, repeatable=False)

    assert len(faults.calls) == 3
    assert faults.applied == 1, "a throttled call did nothing"


def test_a_repeatable_write_whose_answer_got_lost_is_done_again(caller: Caller, faults: Faults):
    refund = faults.control("transactions")["id"]
    faults.add("lost_answer")
    caller.call("PUT", f"/transaction/{refund}", body={"status": "Success"}, repeatable=True)

    assert len(faults.calls) == faults.applied == 2


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "Invalid transition", BadRequest),
        (401, "Unauthorized", KeyRefused),
        (403, "Forbidden", KeyRefused),
        (403, "No such shop for this user", ShopRefused),
        (404, "RMA not found", NotFound),
    ],
)
def test_a_refusal_is_final_and_names_the_request(
    caller: Caller, faults: Faults, status: int, message: str, kind: type[ReturnGOError]
):
    faults.add(status=status, body={"message": message}, count=9)
    error = error_of(caller)

    assert type(error) is kind
    assert error.request_id
    assert len(faults.calls) == 1


def test_the_real_gates_refusals_are_told_apart(caller: Caller):
    wrong_key = Connection(id="x", shops=(DEMO,), api_key="no-such-key", label="x")

    assert type(error_of(other(caller, connection=wrong_key))) is KeyRefused
    assert type(error_of(other(caller, shop="other.myshopify.com"))) is ShopRefused
    assert type(error_of(caller, method="GET", path="/rma/404")) is NotFound
    assert type(error_of(caller, method="GET", path="/rma/none")) is BadRequest


def test_tries_end(caller: Caller, faults: Faults, budget: Budget, connection: Connection):
    faults.add(status=500, count=99)
    error = error_of(caller)

    assert type(error) is Unavailable
    assert error.request_id
    assert len(faults.calls) == ATTEMPTS == spent(budget, connection)


def test_waits_grow_with_jitter(caller: Caller, faults: Faults, monkeypatch: pytest.MonkeyPatch):
    # the backoff draws from between nothing and this much
    monkeypatch.setattr("random.uniform", lambda _, most: most)
    faults.add(status=500, count=99)
    error_of(caller)
    times = [float(call.time[17:23].removesuffix("+")) for call in faults.calls]

    assert [round(b - a, 3) for a, b in pairwise(times)] == [0.5, 1.0, 2.0]


def test_a_throttle_is_waited_out_and_learnt(
    caller: Caller,
    faults: Faults,
    budget: Budget,
    clock: HandClock,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("random.uniform", lambda least, _: least)
    faults.add(status=429, body={"message": "Too Many Requests"})
    began = clock.now()
    read(caller)

    assert clock.now() - began >= timedelta(seconds=1)
    assert len(faults.calls) == 2
    assert spent(budget, connection) == 2


def test_a_spent_day_is_not_tried_again_and_closes_the_key(
    caller: Caller, faults: Faults, budget: Budget, connection: Connection
):
    faults.control("limits", daily=0)
    first, second = error_of(caller), error_of(caller)

    assert isinstance(first, DayQuotaReached)
    assert isinstance(second, DayQuotaReached)
    assert first.retry_after == second.retry_after == 12 * 3600
    assert first.request_id
    assert len(faults.calls) == 1, "the second was not even sent"
    assert budget.balance(connection.key_id).remaining == 0


def test_the_budget_is_asked_before_each_try(
    caller: Caller, faults: Faults, store: Store, clock: HandClock
):
    faults.add(status=500, count=99)
    error = error_of(other(caller, budget=Budget(store, daily=2, second=1000, clock=clock)))

    assert isinstance(error, DayQuotaReached)
    assert len(faults.calls) == 2


def test_reading_leaves_what_is_kept_for_actions_alone(
    caller: Caller, faults: Faults, store: Store, clock: HandClock
):
    budget = Budget(store, daily=10, second=1000, clock=clock)
    background = other(caller, budget=budget, purpose=Purpose.READING)
    for _ in range(9):
        read(background)

    assert isinstance(error_of(background), DayQuotaReached)
    read(other(caller, budget=budget))
    assert len(faults.calls) == 10


def test_our_own_pace_is_waited_for_without_a_call(
    caller: Caller, faults: Faults, store: Store, clock: HandClock
):
    slow = other(caller, budget=Budget(store, daily=100, second=2, clock=clock))
    for _ in range(3):
        read(slow)

    assert len(faults.calls) == 3


def test_no_try_begins_after_the_deadline(caller: Caller, faults: Faults, clock: HandClock):
    faults.add("delay", seconds=11, count=99)
    began = clock.now()
    error = error_of(caller)
    starts = [call.time for call in faults.calls]

    assert isinstance(error, TimedOut)
    assert len(starts) < ATTEMPTS
    latest = began + timedelta(seconds=CALL_SECONDS - LEAST_SECONDS)
    assert max(starts) <= latest.isoformat(timespec="milliseconds")


def test_a_throttle_holds_every_other_process_up(
    caller: Caller, faults: Faults, budget: Budget, connection: Connection, clock: HandClock
):
    faults.add(status=429, body={"message": "Too Many Requests"})
    error_of(other(caller, call_seconds=1.0))

    with pytest.raises(TooFast):
        budget.take(connection.key_id, Purpose.ACTING)
    clock.sleep(1)
    budget.take(connection.key_id, Purpose.ACTING)


def test_a_throttle_that_cannot_be_waited_out_is_told_as_one_at_once(
    caller: Caller, faults: Faults, clock: HandClock
):
    faults.add(status=429, body={"message": "Too Many Requests"}, count=99)
    began = clock.now()
    error = error_of(other(caller, call_seconds=1.5))

    # "timed out" would mean that it may have happened
    assert isinstance(error, Throttled)
    assert error.retry_after >= 1
    assert clock.now() == began
    assert len(faults.calls) == 1


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.sampled_from(
            [
                {"kind": "status", "status": 500},
                {"kind": "status", "status": 429},
                {"kind": "delay", "seconds": 9},
                {"kind": "delay", "seconds": 14},
                {"kind": "html"},
            ]
        ),
        max_size=5,
    ),
    st.sampled_from([1.0, 3.0, 12.0, 25.0]),
)
def test_whatever_goes_wrong_calls_stay_within_their_time_and_budget(
    caller: Caller,
    faults: Faults,
    clock: HandClock,
    budget: Budget,
    connection: Connection,
    troubles: list[dict[str, Any]],
    call_seconds: float,
):
    faults.calls.clear()
    faults._simulation.faults.standing.clear()
    clock.advance(timedelta(minutes=1))
    for trouble in troubles:
        faults.add(**trouble)
    began, before = clock.now(), spent(budget, connection)
    if clock.now().date() != (clock.now() - timedelta(minutes=1)).date():
        before = 0
    try:
        read(other(caller, call_seconds=call_seconds))
    except ReturnGOError:
        assert troubles

    assert 1 <= len(faults.calls) <= ATTEMPTS
    assert spent(budget, connection) - before == len(faults.calls)
    latest = began + timedelta(seconds=max(0, call_seconds - LEAST_SECONDS))
    assert faults.calls[-1].time <= latest.isoformat(timespec="milliseconds")


def test_without_the_database_no_call_goes_out(
    caller: Caller, faults: Faults, clock: HandClock, tmp_path: Any
):
    nowhere = Store(f"sqlite:///{tmp_path}/no-such-folder/bridge.sqlite3")
    blind = other(caller, budget=Budget(nowhere, daily=9, second=9, clock=clock))

    with pytest.raises(StoreUnavailable):
        read(blind)
    assert faults.calls == []


def test_each_try_is_logged_with_its_outcome_and_request(
    caller: Caller, faults: Faults, log: list[Any]
):
    faults.add("drop")
    faults.add(status=503)
    read(caller)

    assert [line["outcome"] for line in log] == ["no answer", 503, 200]
    assert [bool(line["returngo_request_id"]) for line in log] == [False, True, True]
    assert {(line["event"], line["method"], line["path"], line["shop"]) for line in log} == {
        ("returngo.call", "GET", "/rmas", DEMO)
    }


EVERYTHING = [
    {},
    {"status": 401},
    {"status": 403},
    {"status": 404},
    {"status": 429},
    {"status": 500},
    {"kind": "html"},
    {"kind": "drop"},
    {"kind": "truncate"},
]


@pytest.mark.parametrize("fault", EVERYTHING, ids=str)
def test_the_key_stands_in_no_log_no_repr_and_no_error(
    caller: Caller, faults: Faults, fault: dict[str, Any], log: list[Any]
):
    if fault:
        faults.add(**fault, count=99)
    shown = [repr(caller), repr(caller.connection)]
    try:
        read(caller)
    except ReturnGOError as error:
        cause: BaseException | None = error
        while cause:
            shown += [str(cause), repr(cause)]
            cause = cause.__cause__ or cause.__context__
    shown.append(repr(log))

    assert log
    assert not [text for text in shown if KEY in text]


def test_a_secret_of_the_query_is_not_logged(caller: Caller, log: list[Any]):
    caller.call(
        "GET", "/rmas", query=[("pagesize", "1"), ("order_name", "planted")], repeatable=True
    )

    assert log
    assert "planted" not in repr(log)
