from datetime import UTC, datetime

import pytest

from connector.blocks import Kind, Resource
from connector.feed.changes import Known, rma_changes, transaction_changes
from connector.feed.sources import SOURCES

CREATED = {"eventName": "RMA_CREATED", "eventDate": "2026-01-18T19:49:33+02:00"}
AT = datetime(2026, 1, 18, 17, 49, 33, tzinfo=UTC)


def refund(**fields: object) -> dict[str, object]:
    return {"id": 7, "status": "Requested", "lastUpdated": "2026-01-18T17:49:33+00:00", **fields}


def test_an_rma_is_made_when_its_event_says_so():
    [change] = rma_changes("5", {"status": "Done", "events": [{"eventName": "X"}, CREATED]}, None)
    assert (change.key, change.kind, change.occurred_at) == ("5:created", Kind.RMA_CREATED, AT)
    assert change.status == "Done"


@pytest.mark.parametrize(
    "events",
    [
        None,
        "RMA_CREATED",
        [],
        [None, "RMA_CREATED"],
        [{"eventName": "RMA_APPROVED", "eventDate": "2026-01-18T17:49:33+00:00"}],
        [{"eventName": "RMA_CREATED"}],
        [{"eventName": "RMA_CREATED", "eventDate": 5}],
        [{"eventName": "RMA_CREATED", "eventDate": "yesterday"}],
    ],
)
def test_an_rma_whose_events_do_not_tell_when_it_was_made_is_new_at_first_sight_only(events):
    [change] = rma_changes("5", {"events": events}, None)
    assert (change.key, change.occurred_at) == ("5:created", None)
    assert rma_changes("5", {"events": events}, Known("Pending")) == []


def test_an_rma_has_the_same_key_at_each_look():
    row = {"events": [CREATED]}
    assert rma_changes("5", row, None) == rma_changes("5", row, Known("Approved"))


def test_a_transaction_comes_into_a_status_when_it_was_not_seen_in_it_before():
    [change] = transaction_changes("7", refund(), Known("Pending"))
    assert change.key == "7:Requested:2026-01-18T17:49:33Z"
    assert (change.kind, change.status, change.occurred_at) == (
        Kind.TRANSACTION_CHANGED,
        "Requested",
        AT,
    )
    assert transaction_changes("7", refund(), None) == [change]
    assert transaction_changes("7", refund(lastUpdated="2027-01-01"), Known("Requested")) == []


def test_a_transaction_that_comes_into_its_status_again_has_another_key():
    [first] = transaction_changes("7", refund(), None)
    [again] = transaction_changes("7", refund(lastUpdated="2026-01-18T17:49:34Z"), Known("Failed"))
    assert again.key == "7:Requested:2026-01-18T17:49:34Z" != first.key


@pytest.mark.parametrize("absent", [None, ""])
def test_a_transaction_without_an_update_is_dated_by_its_making(absent):
    row = refund(lastUpdated=absent, createdAt="2026-01-18T17:49:33")
    [change] = transaction_changes("7", row, None)
    assert change.occurred_at == AT


def test_a_transaction_without_any_time_or_status_is_told_all_the_same():
    [change] = transaction_changes("7", {"id": 7}, None)
    assert (change.key, change.status, change.occurred_at) == ("7:None", None, None)
    assert transaction_changes("7", {"id": 7, "status": None}, Known(None)) == []


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
