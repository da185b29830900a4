from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text

from connector.clock import MAX_CLOCK_SKEW
from connector.deeds import Deed, Deeds, Doer, Outcome
from connector.deeds.deeds import LAST, LEFT_OUT, MOST_BYTES
from connector.store import Store, StoreUnavailable, Vault, WrongSecretKey
from connector.store.tables import deed
from tests.feed.test_log_ranges import plan_of
from tests.stand_ins import HandClock

LEDGER = Doer("ledger (rgo_abcdef…)", "request-1")
CUSTOMER = "thandi@example.com"


@pytest.fixture
def deeds(each_store: Store, vault: Vault, clock: HandClock) -> Deeds:
    return Deeds(each_store, vault, clock)


def begun(deeds: Deeds, name: str = "approve_rma", **options: Any) -> int:
    return deeds.begin(LEDGER, name, **{"connection": "operator", "about": "rma 1", **options})


def only(deeds: Deeds) -> Deed:
    (found,) = deeds.newest()
    return found


def test_a_deed_is_recorded_before_it_is_done_and_then_what_came_of_it(
    deeds: Deeds, clock: HandClock
):
    asked = {"rma_id": "1", "amount": Decimal("10.10")}
    number = begun(deeds, shop="demo.myshopify.com", key="777001", asked=asked)
    before = only(deeds)
    assert (before.outcome, before.seconds, before.ended_at) == (Outcome.BEGUN, None, None)
    clock.advance(timedelta(seconds=1.5))
    answer = {"id": "1", "amount": Decimal("10.10")}
    deeds.end(number, Outcome.DONE, answer=answer, about="rma 1, order 2", returngo_ids=["a", "b"])

    assert (
        deeds.find(number)
        == only(deeds)
        == Deed(
            id=number,
            connection="operator",
            began_at=before.began_at,
            ended_at=before.began_at + timedelta(seconds=1.5),
            doer="ledger (rgo_abcdef…)",
            request_id="request-1",
            name="approve_rma",
            shop="demo.myshopify.com",
            about="rma 1, order 2",
            outcome=Outcome.DONE,
            returngo_ids=("a", "b"),
            has_details=True,
        )
    )
    assert only(deeds).seconds == 1.5
    details = deeds.details(number)
    assert details is not None
    assert (details.key, details.asked, details.answer) == ("777001", asked, answer)
    assert details.sentence is None


def test_what_was_sent_and_answered_is_sealed(deeds: Deeds, each_store: Store, clock: HandClock):
    number = begun(deeds, key=CUSTOMER, asked={"text": CUSTOMER})
    deeds.end(number, Outcome.REFUSED, answer={"email": CUSTOMER}, sentence=f"No: {CUSTOMER}")
    with each_store.read() as database:
        row = database.execute(select(deed)).one()

    stored = b" ".join(each if isinstance(each, bytes) else str(each).encode() for each in row)
    assert CUSTOMER.encode() not in stored
    with pytest.raises(WrongSecretKey):
        Deeds(each_store, Vault(["another secret"]), clock).details(number)


def test_details_that_are_too_long_are_left_out(deeds: Deeds):
    long = {"rows": [f"{number * 7919 % 104729:x}" for number in range(MOST_BYTES)]}
    number = begun(deeds, key="k", asked={})
    deeds.end(number, Outcome.DONE, answer=long)
    details = deeds.details(number)
    assert details is not None
    assert (details.key, details.answer, details.sentence) == ("k", None, LEFT_OUT)


def test_what_cannot_be_recorded_is_not_begun_but_what_is_done_may_end(
    deeds: Deeds, each_store: Store, log: list[Any]
):
    number = begun(deeds)
    each_store.schema = "of another release"
    with pytest.raises(StoreUnavailable):
        begun(deeds)
    deeds.end(number, Outcome.DONE)
    assert [line["event"] for line in log] == ["deeds.not_ended"]
    each_store.schema = None
    assert only(deeds).outcome is Outcome.BEGUN


def test_deeds_are_found_by_what_stands_in_them(deeds: Deeds):
    one = begun(deeds, about="rma 9801505")
    other = begun(deeds, "record_transaction", about="transaction 55_0", connection="spring")
    deeds.end(one, Outcome.REFUSED, returngo_ids=["abc-1"])

    def found(words: str = "", **options: Any) -> list[int]:
        return [each.id for each in deeds.newest(words=words, **options)]

    assert found() == [other, one]
    assert found("9801505") == found("abc-1") == found("RMA 98") == found("rMa ABC") == [one]
    assert found("transaction ledger") == found("55_0") == [other]
    assert found("request-1") == [other, one]
    assert found("request") == found("5500") == found("%") == found("approve transaction") == []
    assert found(outcome=Outcome.REFUSED) == [one]
    assert found(connections=["spring"]) == [other]
    assert found(connections=[]) == []
    assert found(before=other) == [one]
    assert found(limit=1) == [other]


def test_what_the_bridge_itself_did_is_noted_as_done(
    deeds: Deeds, each_store: Store, log: list[Any]
):
    deeds.note(LEDGER, "revoke_token", connection="operator", about="old (rgo_12…)")
    each_store.schema = "of another release"
    deeds.note(LEDGER, "make_token", connection="operator")
    assert [line["event"] for line in log] == ["deeds.not_noted"], "it is done all the same"
    each_store.schema = None
    assert (only(deeds).name, only(deeds).outcome) == ("revoke_token", Outcome.DONE)
    assert not only(deeds).has_details


def test_what_was_left_out_at_first_is_said_in_the_end(deeds: Deeds):
    number = begun(deeds, asked={"text": "".join(f"{n * 7919 % 104729:x}" for n in range(60_000))})
    deeds.end(number, Outcome.DONE, answer={"id": "1"})
    details = deeds.details(number)
    assert details is not None
    assert (details.asked, details.sentence, details.answer) == ({}, LEFT_OUT, {"id": "1"})


def test_there_is_no_deed_that_never_was(deeds: Deeds, each_store: Store):
    assert deeds.find(1) is None
    assert deeds.details(1) is None
    assert deeds.newest() == []
    number = begun(deeds)
    with each_store.write() as database:
        database.execute(text("UPDATE deed SET details = NULL"))
    deeds.end(number, Outcome.DONE, answer={"id": "1"})
    assert deeds.details(number) is None
    assert not only(deeds).has_details


def test_the_last_deed_of_a_connection_has_a_name_of_its_own_unless_one_is_being_done(
    deeds: Deeds, clock: HandClock
):
    assert deeds.last("operator") == 0
    number = begun(deeds)
    assert deeds.last("operator") is None
    deeds.end(number, Outcome.DONE)
    assert deeds.last("operator") == number
    deeds.note(LEDGER, "make_token", connection="operator")
    assert deeds.last("operator") == number + 1

    begun(deeds, connection="spring")
    assert deeds.last("operator") == number + 1
    assert deeds.last("spring") is None
    clock.advance(MAX_CLOCK_SKEW)
    assert deeds.last("spring") == number + 2, "its process has ended, whatever clock it had"


def test_the_last_deed_is_found_by_indexes_alone(each_store: Store):
    """However many deeds there are."""
    with each_store.write() as database:
        database.execute(
            text(
                "INSERT INTO deed (connection, began_at, ended_at, doer, name, about, outcome,"
                " returngo_ids) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                " WHERE i < 5000) SELECT 'operator', i, 999, '', '', '', 'done', '' FROM n"
            )
        )
    with each_store.write() as database:
        database.execute(text("ANALYZE"))
        plan = str(plan_of(database, LAST, {"of": "operator", "since": 0}))
    assert "SCAN deed" not in plan
    assert "Seq Scan" not in plan
