import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import Schema
from sqlalchemy import select

from connector.blocks import Action, Effect
from connector.budget import Budget
from connector.connections import Connection, ForeignShop
from connector.idempotency import Idempotency, InProgress, KeyReused, Performed
from connector.idempotency.keys import ENDING, KEY_LEASE
from connector.returngo import (
    BadRequest,
    DayQuotaReached,
    NotFound,
    ReturnGO,
    Throttled,
    Transport,
    Unavailable,
    Upstream,
)
from connector.store import Store, StoreUnavailable, Vault
from connector.store.tables import idempotency
from schemas.fields import Text
from schemas.shapes import Input, Output
from tests.stand_ins import HandClock

DEMO, OUTLET = "demo.myshopify.com", "outlet.myshopify.com"


class Killed(BaseException):
    """What no code of ours catches, as a process that ends."""


class Fields(Input):
    name = Text("Name", "What to put on the shelf.", example="cup", required=True)


class Thing(Output):
    name = Text("Name", "What stands on the shelf.", example="cup")
    by = Text("By", "Which try put it there.", example="1")


class Paid(Output):
    name = Text("Name", "What was paid for.", example="cup")
    by = Text("By", "From which account.", example="1", guarded=True)


class Shelf:
    """Where toy actions put things. `trouble` comes before or after the thing has been put."""

    def __init__(self) -> None:
        self.things: list[dict[str, Any]] = []
        self.tries = 0
        self.looks: list[datetime] = []
        self.before: BaseException | None = None
        self.after: BaseException | None = None
        self.meanwhile: Any = None

    def put(self, _: ReturnGO, name: str) -> dict[str, Any]:
        self.tries += 1
        if self.before:
            raise self.before
        thing = {"name": name, "by": str(self.tries)}
        self.things.append(thing)
        if self.meanwhile:
            self.meanwhile()
        if self.after:
            raise self.after
        return thing

    def look(self, _: ReturnGO, since: datetime, name: str) -> dict[str, Any] | None:
        self.looks.append(since)
        return next((thing for thing in self.things if thing["name"] == name), None)

    def calm(self) -> None:
        self.before = self.after = self.meanwhile = None


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def action(shelf: Shelf, effect: Effect, key: str = "put") -> Action:
    return Action(
        label="Put Thing",
        noun="Thing",
        key=key,
        effect=effect,
        input=Fields,
        output=Thing,
        run=shelf.put,
        already_done=shelf.look if effect is Effect.ADD else None,
    )


@pytest.fixture
def setting(shelf: Shelf) -> Action:
    return action(shelf, Effect.SET)


@pytest.fixture
def adding(shelf: Shelf) -> Action:
    return action(shelf, Effect.ADD)


@pytest.fixture(params=Effect, ids=lambda effect: effect.value)
def either(request: pytest.FixtureRequest, shelf: Shelf) -> Action:
    return action(shelf, request.param)


@pytest.fixture
def once(store: Store, vault: Vault, upstream: Upstream, clock: HandClock) -> Idempotency:
    return Idempotency(store, vault, upstream, clock)


CUP = {"name": "cup"}
JUG = {"name": "jug"}


def test_a_repetition_gets_the_first_answer(
    once: Idempotency, connection: Connection, either: Action, shelf: Shelf
):
    first = once.perform(connection, either, CUP, "k")
    again = once.perform(connection, either, CUP, "k")

    assert first == Performed({"name": "cup", "by": "1", "shop": DEMO}, is_replay=False)
    assert again == Performed(first.answer, is_replay=True)
    assert shelf.tries == 1


def test_a_repetition_without_raw_withholds_what_is_guarded(
    once: Idempotency, connection: Connection, setting: Action
):
    paying = replace(setting, output=Paid)
    first = once.perform(connection, paying, {**CUP, "raw": True}, "k").answer
    assert first["by"] == "1"
    again = once.perform(connection, paying, CUP, "k")
    assert again == Performed({"name": "cup", "by": None, "shop": DEMO}, is_replay=True)
    assert once.perform(connection, paying, {**CUP, "raw": True}, "k").answer == first


def test_the_first_answer_is_kept_on_every_database(
    each_store: Store,
    vault: Vault,
    transport: Transport,
    clock: HandClock,
    connection: Connection,
    adding: Action,
    shelf: Shelf,
):
    upstream = Upstream(transport, Budget(each_store, daily=9, second=9, clock=clock), clock)
    first = Idempotency(each_store, vault, upstream, clock).perform(connection, adding, CUP, "k")
    # another process, by the same database
    again = Idempotency(each_store, vault, upstream, clock).perform(connection, adding, CUP, "k")

    assert (again.answer, again.is_replay) == (first.answer, True)
    assert shelf.tries == 1


def test_without_a_key_each_request_is_done(
    once: Idempotency, store: Store, connection: Connection, either: Action, shelf: Shelf
):
    outcomes = [once.perform(connection, either, CUP, None) for _ in range(2)]

    assert [outcome.is_replay for outcome in outcomes] == [False, False]
    assert shelf.tries == 2
    with store.read() as database:
        assert database.execute(select(idempotency)).all() == []


@pytest.mark.two_shops
@pytest.mark.parametrize(
    "call", [JUG, {**CUP, "shop": OUTLET}], ids=["another thing", "another shop"]
)
def test_another_request_under_the_key_is_refused_and_not_done(
    once: Idempotency, connection: Connection, setting: Action, shelf: Shelf, call: dict[str, Any]
):
    once.perform(connection, setting, CUP, "k")

    with pytest.raises(KeyReused):
        once.perform(connection, setting, call, "k")
    assert shelf.tries == 1


def test_another_action_under_the_key_is_another_request(
    once: Idempotency, connection: Connection, setting: Action, shelf: Shelf
):
    once.perform(connection, setting, CUP, "k")
    other = once.perform(connection, action(shelf, Effect.SET, key="other"), CUP, "k")

    assert not other.is_replay


def test_naming_the_default_shop_is_the_same_request(
    once: Idempotency, connection: Connection, setting: Action
):
    once.perform(connection, setting, CUP, "k")

    assert once.perform(connection, setting, {**CUP, "shop": DEMO}, "k").is_replay


def test_a_request_that_runs_is_in_progress_for_all_others(
    once: Idempotency, connection: Connection, either: Action, shelf: Shelf
):
    refusals = []

    def ask_again() -> None:
        with pytest.raises(InProgress) as error:
            once.perform(connection, either, CUP, "k")
        refusals.append(error.value.retry_after)

    shelf.meanwhile = ask_again
    once.perform(connection, either, CUP, "k")

    assert refusals == [5]
    assert shelf.tries == 1


def test_two_connections_may_use_one_key(
    once: Idempotency, connection: Connection, either: Action, shelf: Shelf
):
    other = Connection(id="key-1", shops=(OUTLET,), api_key="other-key", label="other")
    once.perform(connection, either, CUP, "k")
    outcome = once.perform(other, either, JUG, "k")

    assert not outcome.is_replay
    assert outcome.answer["shop"] == OUTLET
    assert shelf.tries == 2


def test_a_foreign_shop_is_refused_before_the_key_is_taken(
    once: Idempotency, connection: Connection, setting: Action
):
    with pytest.raises(ForeignShop):
        once.perform(connection, setting, {**CUP, "shop": "other.myshopify.com"}, "k")

    assert not once.perform(connection, setting, JUG, "k").is_replay


REFUSALS = [
    BadRequest("no"),
    NotFound("no"),
    Throttled("no", retry_after=1),
    DayQuotaReached("no", retry_after=1),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: type(refusal).__name__)
def test_what_was_refused_is_forgotten(
    once: Idempotency, connection: Connection, either: Action, shelf: Shelf, refusal: Exception
):
    shelf.before = refusal
    with pytest.raises(type(refusal)):
        once.perform(connection, either, CUP, "k")
    shelf.calm()

    # a corrected request may use the key, and nothing was left behind to look for
    assert once.perform(connection, either, JUG, "k").answer["name"] == "jug"
    assert shelf.looks == []


UNKNOWN = [Unavailable("lost"), StoreUnavailable("full"), ZeroDivisionError(), Killed()]


@pytest.mark.parametrize("trouble", UNKNOWN, ids=lambda trouble: type(trouble).__name__)
def test_a_set_of_unknown_outcome_is_repeated(
    once: Idempotency, connection: Connection, setting: Action, shelf: Shelf, trouble: BaseException
):
    shelf.after = trouble
    with pytest.raises(type(trouble)):
        once.perform(connection, setting, CUP, "k")
    shelf.calm()
    outcome = once.perform(connection, setting, CUP, "k")

    assert outcome == Performed({"name": "cup", "by": "2", "shop": DEMO}, is_replay=False)
    assert once.perform(connection, setting, CUP, "k").is_replay


@pytest.mark.parametrize("trouble", UNKNOWN, ids=lambda trouble: type(trouble).__name__)
def test_an_add_of_unknown_outcome_that_happened_is_found_not_repeated(
    once: Idempotency,
    connection: Connection,
    adding: Action,
    shelf: Shelf,
    clock: HandClock,
    trouble: BaseException,
):
    began_at = clock.now()
    shelf.after = trouble
    with pytest.raises(type(trouble)):
        once.perform(connection, adding, CUP, "k")
    shelf.calm()
    with pytest.raises(InProgress):  # ReturnGO may still be at it
        once.perform(connection, adding, CUP, "k")
    clock.advance(ENDING)
    outcome = once.perform(connection, adding, CUP, "k")

    assert outcome.answer == {"name": "cup", "by": "1", "shop": DEMO}
    assert shelf.looks == [began_at], "it looks for what was left since the first try began"
    assert len(shelf.things) == 1
    assert once.perform(connection, adding, CUP, "k").is_replay


def test_an_add_of_unknown_outcome_that_did_not_happen_is_done(
    once: Idempotency, connection: Connection, adding: Action, shelf: Shelf, clock: HandClock
):
    shelf.before = Unavailable("lost")
    with pytest.raises(Unavailable):
        once.perform(connection, adding, CUP, "k")
    shelf.calm()
    clock.advance(ENDING)

    assert once.perform(connection, adding, CUP, "k").answer["by"] == "2"
    assert (len(shelf.things), len(shelf.looks)) == (1, 1)


def test_an_add_is_not_looked_for_the_first_time(
    once: Idempotency, connection: Connection, adding: Action, shelf: Shelf
):
    shelf.things.append({"name": "cup", "by": "somebody else"})

    assert once.perform(connection, adding, CUP, "k").answer["by"] == "1"
    assert shelf.looks == []


def test_a_refusal_after_an_interruption_does_not_wipe_the_doubt(
    once: Idempotency, connection: Connection, adding: Action, shelf: Shelf, clock: HandClock
):
    shelf.after = Unavailable("lost")
    with pytest.raises(Unavailable):
        once.perform(connection, adding, CUP, "k")
    clock.advance(ENDING)
    hidden, shelf.things = shelf.things, []
    shelf.before = BadRequest("no")
    with pytest.raises(BadRequest):
        once.perform(connection, adding, CUP, "k")
    shelf.calm()
    shelf.things = hidden

    assert once.perform(connection, adding, CUP, "k").answer["by"] == "1"
    assert len(shelf.things) == 1


def test_a_request_whose_process_died_is_taken_over_when_its_lease_ends(
    once: Idempotency,
    connection: Connection,
    adding: Action,
    shelf: Shelf,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(once._keys, "leave", lambda *_, **__: None)  # a dead process leaves nothing
    shelf.after = Killed()
    with pytest.raises(Killed):
        once.perform(connection, adding, CUP, "k")
    shelf.calm()

    with pytest.raises(InProgress):
        once.perform(connection, adding, CUP, "k")
    clock.advance(KEY_LEASE)
    assert once.perform(connection, adding, CUP, "k").answer["by"] == "1"
    assert len(shelf.things) == 1


def test_who_stalls_past_the_lease_does_not_overwrite_the_answer(
    once: Idempotency, connection: Connection, setting: Action, shelf: Shelf, clock: HandClock
):
    def stall() -> None:
        shelf.meanwhile = None
        clock.advance(KEY_LEASE)
        once.perform(connection, setting, CUP, "k")

    shelf.meanwhile = stall
    late = once.perform(connection, setting, CUP, "k")

    assert late.answer["by"] == "1"
    assert once.perform(connection, setting, CUP, "k").answer["by"] == "2"


def test_what_was_done_but_could_not_be_noted_is_not_done_twice(
    once: Idempotency,
    connection: Connection,
    adding: Action,
    shelf: Shelf,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
):
    def fail(*_: Any, **__: Any) -> None:
        raise StoreUnavailable("full")

    with monkeypatch.context() as full_disk:
        full_disk.setattr(once._keys, "_update", fail)
        # Done is done: to say that nothing happened would be a lie.
        assert once.perform(connection, adding, CUP, "k").answer["by"] == "1"
    clock.advance(KEY_LEASE)

    assert once.perform(connection, adding, CUP, "k").answer["by"] == "1"
    assert len(shelf.things) == 1


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["answers", "refuses", "fails before", "fails after"]),
            st.sampled_from(["k", "l"]),
            st.integers(0, 70),
        ),
        max_size=8,
    )
)
def test_whatever_happens_an_add_is_done_once(
    once: Idempotency,
    connection: Connection,
    clock: HandClock,
    tries: list[tuple[str, str, int]],
):
    trouble: dict[str, dict[str, BaseException]] = {
        "answers": {},
        "refuses": {"before": BadRequest("no")},
        "fails before": {"before": Unavailable("lost")},
        "fails after": {"after": Unavailable("lost")},
    }
    shelf = Shelf()
    adding = action(shelf, Effect.ADD)
    example = Connection(
        id=uuid.uuid4().hex,  # a database serves all examples
        shops=connection.shops,
        api_key=connection.api_key,
        label="example",
    )
    answered: dict[str, dict[str, Any]] = {}
    for what, key, seconds in tries:
        clock.sleep(seconds)
        shelf.calm()
        for when, error in trouble[what].items():
            setattr(shelf, when, error)
        try:
            outcome = once.perform(example, adding, {"name": key}, key)
        except (BadRequest, Unavailable, InProgress):
            assert key not in answered, "what was answered once is answered for good"
        else:
            assert outcome.is_replay == (key in answered)
            assert answered.setdefault(key, outcome.answer) == outcome.answer

    names = [thing["name"] for thing in shelf.things]
    assert sorted(set(names)) == sorted(names)


def test_an_add_that_cannot_look_is_refused_when_declared(shelf: Shelf):
    with pytest.raises(TypeError, match="already_done"):
        Action(
            label="Put", noun="Thing", effect=Effect.ADD, input=Fields, output=Schema, run=shelf.put
        )
