import pytest

from tests.conftest import Control
from tests.schemas.documents import rma
from tests.triggers.conftest import Poll
from tests.triggers.happenings import shown_by


def made(control: Control, **options: object) -> str:
    return str(control("rmas", **options)["rmaSummary"]["rmaId"])


def test_each_change_of_status_is_shown_once_with_both_statuses(
    control: Control, poll: Poll
) -> None:
    rma_id = made(control, customer_email="thandi@example.com", order_name="H12043")
    assert poll("rma_status_changed") == []
    control(f"rmas/{rma_id}/status", status="Approved")
    control(f"rmas/{rma_id}/status", status="Received")
    received, approved = poll("rma_status_changed")
    assert (approved["from_status"], approved["to_status"]) == ("Pending", "Approved")
    assert (received["from_status"], received["to_status"]) == ("Approved", "Received")
    assert approved["id"].startswith(f"rma:{rma_id}:Approved:")
    assert {each["rma_id"] for each in (approved, received)} == {rma_id}
    assert received["customer_email"] == "thandi@example.com"
    assert received["order_name"] == "H12043"
    assert received["occurred_at"] is not None
    assert poll("rma_status_changed") == [received, approved]


def test_a_change_that_leaves_no_event_is_shown_too(control: Control, poll: Poll) -> None:
    rma_id = made(control, status="Approved")
    before = poll("rma_status_changed")
    received = control(f"rmas/{rma_id}/status", status="Received", silent=True)
    newest, *rest = poll("rma_status_changed")
    assert (newest["from_status"], newest["to_status"]) == ("Approved", "Received")
    assert newest["dated_by"] == "Timeline Comment"
    commented_at = str(received["comments"][0]["datetime"]).replace("+00:00", "Z")
    assert newest["occurred_at"] == commented_at
    assert rest == before


@pytest.mark.parametrize(
    ("known", "shown"), [("event", "Event"), ("comment", "Timeline Comment"), (None, None)]
)
def test_how_the_time_of_a_change_is_known_is_shown(known: str | None, shown: str | None) -> None:
    event = shown_by("rma_status_changed", rma(), dated_by=known)
    assert event is not None
    assert event["dated_by"] == shown


def test_an_rma_that_was_made_is_no_change(control: Control, poll: Poll) -> None:
    made(control)
    assert poll("rma_status_changed") == []


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ({"to_status": "received"}, ["Received"]),
        ({"to_status": "Approved"}, ["Approved"]),
        ({"from_status": " approved "}, ["Received"]),
        ({"to_status": "On the Moon"}, []),
        ({"order_name": "#h12043"}, ["Received", "Approved"]),
        ({"order_name": "H1"}, []),
        ({"resolution_type": "refundtogiftcard"}, ["Received", "Approved"]),
        ({"resolution_type": "RefundToStoreCredit"}, []),
        ({"return_method": "By balloon"}, []),
    ],
)
def test_filters_choose_among_the_changes(
    control: Control, poll: Poll, filters: dict[str, str], shown: list[str]
) -> None:
    rma_id = made(control, order_name="H12043", resolution_type="RefundToGiftCard")
    control(f"rmas/{rma_id}/status", status="Approved")
    control(f"rmas/{rma_id}/status", status="Received")
    assert [each["to_status"] for each in poll("rma_status_changed", **filters)] == shown
