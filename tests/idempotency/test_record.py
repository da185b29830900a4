"""What the record of deeds says of each way that an action can end."""

from typing import TYPE_CHECKING, Any

import pytest
from marshmallow import Schema

from connector.blocks import Action, Effect, InvalidInput
from connector.clock import Clock
from connector.connections import Connection, ForeignShop
from connector.deeds import Deeds, Doer, Outcome
from connector.idempotency import Idempotency, InProgress, KeyReused
from connector.returngo import (
    DayQuotaReached,
    NotFound,
    ReturnGO,
    Unavailable,
    Undecided,
    Upstream,
)
from connector.store import Store, Vault
from schemas.fields import Id, Text
from schemas.shapes import Input, Output

if TYPE_CHECKING:
    from collections.abc import Callable

CALL = {"rma_id": "980", "words": "hello"}
WORKFLOW = Doer("ledger (rgo_1…)", "r-1")


class Fields(Input):
    rma_id = Id("RMA ID", "Which.", example="980", required=True)
    words = Text("Words", "What to say.", example="hello")


class Thing(Output):
    rma_id = Text("RMA ID", "Which.", example="980")
    order_id = Text("Order ID", "Of which order.", example="73")


class Toy:
    """An action that does what it is told to."""

    def __init__(self) -> None:
        self.trouble: BaseException | None = None
        self.meanwhile: Callable[[], None] | None = None

    def run(self, returngo: ReturnGO, **_: Any) -> dict[str, Any]:
        returngo.list_rmas()
        if self.meanwhile:
            self.meanwhile()
        if self.trouble:
            raise self.trouble
        return {"rma_id": "980", "order_id": "73"}

    def action(self, shape: type[Schema] = Fields) -> Action:
        return Action(
            key="say", label="Say", noun="Word", effect=Effect.SET, input=shape, output=Thing,
            run=self.run,
        )  # fmt: skip


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
def deeds(store: Store, vault: Vault, clock: Clock) -> Deeds:
    return Deeds(store, vault, clock)


@pytest.fixture
def once(store: Store, vault: Vault, upstream: Upstream, clock: Clock) -> Idempotency:
    return Idempotency(store, vault, upstream, clock)


def test_a_deed_says_who_did_what_to_what_and_by_which_calls(
    once: Idempotency, toy: Toy, deeds: Deeds, connection: Connection
):
    answer = once.perform(connection, toy.action(), CALL, "k", WORKFLOW).answer
    (done,) = deeds.newest()
    details = deeds.details(done.id)

    assert (done.doer, done.request_id) == ("ledger (rgo_1…)", "r-1")
    assert (done.name, done.about, done.outcome) == ("say", "rma 980, order 73", Outcome.DONE)
    assert (done.connection, done.shop) == (connection.id, connection.shops[0])
    assert len(done.returngo_ids) == 1
    assert details is not None
    assert (details.key, details.asked, details.answer) == ("k", CALL, answer)


def test_a_repetition_is_told_from_the_deed(
    once: Idempotency, toy: Toy, deeds: Deeds, connection: Connection
):
    for _ in range(2):
        once.perform(connection, toy.action(), CALL, "k", WORKFLOW)
    again, first = deeds.newest()
    assert (first.outcome, again.outcome) == (Outcome.DONE, Outcome.REPEATED)
    assert again.returngo_ids == ()
    details = deeds.details(again.id)
    assert details is not None
    assert (details.key, details.asked, details.answer) == ("k", {}, None), "the first has it"


@pytest.mark.parametrize("key", ["k", None])
@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (NotFound("ReturnGO has no such thing."), Outcome.REFUSED),
        (InvalidInput([]), Outcome.REFUSED),
        (DayQuotaReached("All are spent.", retry_after=9), Outcome.REFUSED),
        (Undecided("An earlier try may have done it."), Outcome.UNKNOWN),
        (Unavailable("ReturnGO answered with status 500."), Outcome.UNKNOWN),
        (KeyboardInterrupt(), Outcome.UNKNOWN),
        (ZeroDivisionError("a fault of ours"), Outcome.UNKNOWN),
    ],
)
def test_a_failure_is_recorded_as_surely_not_done_or_as_unknown(
    once: Idempotency,
    toy: Toy,
    deeds: Deeds,
    connection: Connection,
    trouble: BaseException,
    outcome: Outcome,
    key: str | None,
):
    toy.trouble = trouble
    with pytest.raises(type(trouble)):
        once.perform(connection, toy.action(), CALL, key, WORKFLOW)
    (failed,) = deeds.newest()
    details = deeds.details(failed.id)
    assert failed.outcome is outcome
    assert len(failed.returngo_ids) == 1
    assert details is not None
    assert details.sentence == (str(trouble) or None)


def test_what_the_key_refuses_is_recorded_as_not_done(
    once: Idempotency, toy: Toy, deeds: Deeds, connection: Connection
):
    def meanwhile() -> None:
        with pytest.raises(InProgress):
            once.perform(connection, toy.action(), CALL, "k", WORKFLOW)

    toy.meanwhile = meanwhile
    once.perform(connection, toy.action(), CALL, "k", WORKFLOW)
    with pytest.raises(KeyReused):
        once.perform(connection, toy.action(), {**CALL, "words": "other"}, "k", WORKFLOW)
    assert [each.outcome for each in deeds.newest()] == [
        Outcome.REFUSED,
        Outcome.REFUSED,
        Outcome.DONE,
    ]


def test_a_shop_of_others_is_no_deed(
    once: Idempotency, toy: Toy, deeds: Deeds, connection: Connection
):
    with pytest.raises(ForeignShop):
        once.perform(connection, toy.action(), {**CALL, "shop": "foreign.example.com"}, "k")
    assert deeds.newest() == []
