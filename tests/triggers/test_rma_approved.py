import pytest

from tests.conftest import Control
from tests.schemas.documents import rma
from tests.triggers.conftest import Poll
from tests.triggers.happenings import shown_by


def test_an_rma_that_is_approved_is_shown_once(control: Control, poll: Poll) -> None:
    made = control("rmas", order_name="H12043", status="Pending")
    rma_id = made["rmaSummary"]["rmaId"]
    before = poll("rma_approved")
    control(f"rmas/{rma_id}/status", status="Approved")
    newest, *rest = poll("rma_approved")
    assert (newest["rma_id"], newest["order_name"]) == (rma_id, "H12043")
    assert (newest["from_status"], newest["status"]) == ("Pending", "Approved")
    assert rest == before
    assert poll("rma_approved") == [newest, *rest]


def test_another_change_is_none_of_it(control: Control, poll: Poll) -> None:
    poll("rma_approved")
    made = control("rmas", status="Pending")
    control(f"rmas/{made['rmaSummary']['rmaId']}/status", status="Rejected")
    assert poll("rma_approved") == []


@pytest.mark.parametrize(
    ("known", "shown"), [("event", "Event"), ("comment", "Timeline Comment"), (None, None)]
)
def test_how_the_time_is_known_is_shown(known: str | None, shown: str | None) -> None:
    event = shown_by("rma_approved", rma(), dated_by=known)
    assert event is not None
    assert event["dated_by"] == shown


@pytest.mark.parametrize(("order_name", "count"), [("#h12043", 1), ("H1", 0)])
def test_an_order_is_a_filter(control: Control, poll: Poll, order_name: str, count: int) -> None:
    poll("rma_approved")
    made = control("rmas", order_name="H12043", status="Pending")
    control(f"rmas/{made['rmaSummary']['rmaId']}/status", status="Approved")
    assert len(poll("rma_approved", order_name=order_name)) == count
