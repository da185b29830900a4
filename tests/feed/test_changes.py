from datetime import UTC, datetime
from typing import Any

import pytest

from connector.blocks import Kind, Resource
from connector.feed.changes.change import Change, Known
from connector.feed.changes.of_rmas import rma_seen
from connector.feed.changes.of_transactions import transaction_seen
from connector.feed.changes.resources import SOURCES

CREATED = {"eventName": "RMA_CREATED", "eventDate": "2026-01-18T19:49:33+02:00"}
AT = datetime(2026, 1, 18, 17, 49, 33, tzinfo=UTC)
MADE = "2026-01-18T17:00:00+00:00"
MADE_AT = datetime(2026, 1, 18, 17, tzinfo=UTC)
LATER = "2026-01-18T17:49:33+00:00"
LATER_AT = datetime(2026, 1, 18, 18, tzinfo=UTC)
MUCH_LATER = datetime(2026, 2, 1, tzinfo=UTC)


def became(status: str, minute: int) -> dict[str, str]:
    return {"eventName": f"RMA_{status.upper()}", "eventDate": f"2026-01-19T10:{minute:02}:00Z"}


def rma(row: Any, known: str | None = "unseen", **seen: Any) -> list[Change]:
    return list(rma_seen("5", row, None if known == "unseen" else Known(known, **seen)).changes)


def refund(**fields: object) -> dict[str, object]:
    return {"id": 7, "status": "Requested", "createdAt": MADE, "lastUpdated": LATER, **fields}


def transaction(row: Any, known: str | None = "unseen") -> list[Change]:
    return list(transaction_seen("7", row, None if known == "unseen" else Known(known)).changes)


def test_an_rma_is_made_when_its_event_says_so():
    [change] = rma({"status": "Pending", "events": [{"eventName": "X"}, CREATED]})
    assert (change.key, change.kind, change.occurred_at) == ("rma:5:created", Kind.RMA_CREATED, AT)
    assert change.status == "Pending"


@pytest.mark.parametrize(
    "events",
    [
        None,
        "RMA_CREATED",
        [],
        [None, "RMA_CREATED"],
        [{"eventName": "RMA_LABELED", "eventDate": LATER}],
        [{"eventName": "RMA_CREATED"}],
        [{"eventName": "RMA_CREATED", "eventDate": 5}],
        [{"eventName": "RMA_CREATED", "eventDate": "yesterday"}],
    ],
)
def test_an_rma_whose_events_do_not_tell_when_it_was_made_is_new_at_first_sight_only(events):
    [change] = rma({"status": "Pending", "events": events})
    assert (change.key, change.occurred_at) == ("rma:5:created", None)
    assert rma({"status": "Pending", "events": events}, known="Pending") == []


def test_each_transition_between_two_looks_is_a_change_from_one_status_to_the_next():
    events = [CREATED, became("Received", 30), became("Approved", 10)]
    approved, received = rma({"status": "Received", "events": events}, known="Pending")
    assert [(each.previous, each.status) for each in (approved, received)] == [
        ("Pending", "Approved"),
        ("Approved", "Received"),
    ]
    assert approved.key == "rma:5:Approved:2026-01-19T10:10:00Z"
    assert approved.occurred_at == datetime(2026, 1, 19, 10, 10, tzinfo=UTC)
    assert {approved.kind, received.kind} == {Kind.RMA_STATUS_CHANGED}


def test_what_a_row_told_is_told_once():
    row = {"status": "Approved", "events": [CREATED, became("Approved", 10)]}
    made, approved = rma(row)
    assert rma(row, known="Approved", moves=1) == []
    assert made.key == "rma:5:created"
    assert approved.key == "rma:5:Approved:2026-01-19T10:10:00Z"


def test_a_status_that_no_event_explains_has_changed_at_an_unknown_time():
    row = {"status": "Received", "events": [CREATED, became("Approved", 10)]}
    *_, silent = rma(row, known="Approved", moves=1)
    assert (silent.previous, silent.status, silent.occurred_at) == ("Approved", "Received", None)
    assert not any(each.occurred_at is None for each in rma(row, known="Received", moves=1))
    assert not any(each.occurred_at is None for each in rma(row))


def test_what_was_told_without_a_time_is_known_by_it_when_its_event_comes_late():
    events = [CREATED, became("Approved", 10)]
    first = rma_seen("5", {"status": "Received", "events": events}, Known("Approved", moves=1))
    assert [each.status for each in first.changes] == ["Received"]
    late = {"status": "Received", "events": [*events, became("Received", 20)]}
    second = rma_seen("5", late, first.known)
    assert second.changes == ()
    assert second.since == datetime(2026, 1, 19, 10, 20, tzinfo=UTC)


def test_a_status_that_is_left_and_come_back_to_is_told_each_time():
    """Received without an event, canceled, reopened, and received with one."""
    events = [CREATED, became("Approved", 10)]
    known = Known("Approved", moves=1)
    told: list[Change] = []
    for status in ("Received", "Canceled", "Approved", "Received"):
        if told and status == "Received":
            events.append(became("Received", 30))
        look = rma_seen("5", {"status": status, "events": events}, known)
        known = look.known
        told += look.changes
    assert [each.status for each in told] == ["Received", "Canceled", "Approved", "Received"]
    assert told[-1].occurred_at == datetime(2026, 1, 19, 10, 30, tzinfo=UTC)


def test_an_approval_that_failed_is_told_when_it_comes_true_and_not_before():
    events = [CREATED, became("Approved", 10)]
    failed = rma_seen("5", {"status": "Pending", "events": events}, Known("Pending"))
    assert failed.changes == ()
    later = rma_seen("5", {"status": "Approved", "events": events}, failed.known)
    assert [each.key for each in later.changes] == ["rma:5:Approved:2026-01-19T10:10:00Z"]
    tried = [*events, became("Approved", 20)]
    again = rma_seen("5", {"status": "Approved", "events": tried}, failed.known)
    assert [each.key for each in again.changes] == ["rma:5:Approved:2026-01-19T10:20:00Z"]
    canceled = rma_seen("5", {"status": "Canceled", "events": events}, failed.known)
    assert [each.status for each in canceled.changes] == ["Canceled"]


def test_an_approval_that_failed_and_was_tried_again_between_two_looks_is_one():
    events = [CREATED, became("Approved", 10), became("Approved", 20)]
    [approved] = rma({"status": "Approved", "events": events}, known="Pending")
    assert approved.key == "rma:5:Approved:2026-01-19T10:20:00Z"


def test_a_cancellation_that_was_undone_and_came_again_between_two_looks_is_two():
    """ReturnGO notes no event of a reopening."""
    events = [CREATED, became("Canceled", 10), became("Canceled", 20)]
    told = rma({"status": "Canceled", "events": events}, known="Pending")
    assert [each.key for each in told] == [
        "rma:5:Canceled:2026-01-19T10:10:00Z",
        "rma:5:Canceled:2026-01-19T10:20:00Z",
    ]


def test_of_an_rma_that_nobody_knew_a_quiet_status_is_news_if_it_was_made_since_the_baseline():
    row = {"status": "Received", "events": [CREATED]}
    looks = [rma_seen("5", row, None, baseline=each) for each in (AT, LATER_AT, None)]
    assert [[change.status for change in look.changes] for look in looks] == [
        ["Received", "Received"],
        ["Received"],
        ["Received"],
    ]


def test_an_rma_that_was_not_open_and_is_has_come_back():
    row = {"status": "Approved", "events": [CREATED, became("Approved", 10)]}
    *_, back = rma_seen("5", row, None, baseline=LATER_AT, not_open_at=MUCH_LATER).changes
    assert (back.status, back.previous, back.occurred_at) == ("Approved", None, None)
    explained = rma_seen("5", row, None, baseline=LATER_AT, not_open_at=AT).changes
    assert all(each.occurred_at is not None for each in explained)


def test_an_unknown_word_is_a_status_like_any_other():
    [change] = rma({"status": "On Hold", "events": []}, known="Pending")
    assert (change.previous, change.status) == ("Pending", "On Hold")


def test_a_transaction_is_new_at_first_sight_and_then_came_into_its_status():
    made, updated, came = transaction(refund())
    assert (made.key, made.kind) == ("transaction:7:created", Kind.TRANSACTION_CREATED)
    assert made.occurred_at == MADE_AT
    assert came.key == "transaction:7:Requested:2026-01-18T17:49:33Z"
    assert came.kind is Kind.TRANSACTION_STATUS_CHANGED
    assert (came.status, came.occurred_at) == ("Requested", AT)
    assert updated.kind is Kind.TRANSACTION_UPDATED


def test_a_transaction_that_never_changed_is_not_updated():
    kinds = [each.kind for each in transaction(refund(lastUpdated=MADE))]
    assert kinds == [Kind.TRANSACTION_CREATED, Kind.TRANSACTION_STATUS_CHANGED]


def test_a_transaction_comes_into_a_status_when_it_was_not_seen_in_it_before():
    updated, came = transaction(refund(), known="Pending")
    assert (came.previous, came.status) == ("Pending", "Requested")
    assert updated.key == "transaction:7:updated:2026-01-18T17:49:33Z"
    [only_updated] = transaction(refund(lastUpdated="2027-01-01"), known="Requested")
    assert only_updated.key == "transaction:7:updated:2027-01-01T00:00:00Z"


def test_a_transaction_that_comes_into_its_status_again_has_another_key():
    *_, first = transaction(refund())
    _, again = transaction(refund(lastUpdated="2026-01-18T17:49:34Z"), known="Failed")
    assert again.key == "transaction:7:Requested:2026-01-18T17:49:34Z" != first.key


@pytest.mark.parametrize("absent", [None, ""])
def test_a_transaction_without_an_update_is_dated_by_its_making(absent):
    changes = transaction(refund(lastUpdated=absent, createdAt="2026-01-18T17:49:33"))
    assert {change.occurred_at for change in changes} == {AT}
    assert len(changes) == 2


def test_a_transaction_without_any_time_or_status_is_told_all_the_same():
    [made] = transaction({"id": 7})
    assert (made.key, made.status, made.occurred_at) == ("transaction:7:created", None, None)
    assert transaction({"id": 7, "status": None}, known=None) == []
    assert transaction({"id": 7, "status": None}, known="Requested") == []


@pytest.mark.parametrize(
    ("resource", "row", "resource_id"),
    [
        (Resource.RMAS, {"rmaId": "9856537"}, "9856537"),
        (Resource.RMAS, {"rmaId": 9856537}, "9856537"),
        (Resource.RMAS, {"rmaId": None}, None),
        (Resource.RMAS, {"rmaId": ""}, None),
        (Resource.RMAS, {"id": "9856537"}, None),
        (Resource.TRANSACTIONS, {"id": 6070096}, "6070096"),
        (Resource.TRANSACTIONS, {"id": "6070096"}, "6070096"),
        (Resource.TRANSACTIONS, {"id": 0}, "0"),
        (Resource.TRANSACTIONS, {}, None),
    ],
)
def test_an_id_is_a_text_whatever_returngo_sends(resource, row, resource_id):
    assert SOURCES[resource].resource_id(row) == resource_id


def test_an_update_that_was_told_is_not_told_again():
    assert list(transaction_seen("7", refund(), Known("Requested", AT)).changes) == []
    assert len(list(transaction_seen("7", refund(), Known("Requested", MADE_AT)).changes)) == 1


def test_the_first_update_since_the_baseline_tells_the_status_that_nobody_was_told_of():
    past = Known("Requested", MADE_AT, is_past=True)
    assert list(transaction_seen("7", refund(lastUpdated=MADE), past).changes) == []
    _, came = transaction_seen("7", refund(), past).changes
    assert came.key == "transaction:7:Requested:2026-01-18T17:49:33Z"
    assert (came.previous, came.status) == (None, "Requested")
    *_, told_by_a_backfill = transaction_seen("7", refund(lastUpdated=MADE), None).changes
    assert came.alias == told_by_a_backfill.key
