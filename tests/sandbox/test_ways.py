from typing import Any

import pytest

from connector.sandbox.app import create_app
from connector.sandbox.world.ways import Ways, parse_ways
from tests.sandbox.client import Caller, Time, refused

LATER = "gt:2026-03-10T12:00:30"


def rma_of(made: dict[str, Any]) -> str:
    return str(made["rmaSummary"]["rmaId"])


@pytest.fixture
def made(empty: Caller, time: Time) -> dict[str, Any]:
    """An approved return, made a minute ago."""
    rma: dict[str, Any] = empty.control("rmas", status="Approved")
    time.forward(minutes=1)
    return rma


def first_comment(api: Caller, rma: str) -> str:
    return str(api.read(f"/rma/{rma}")["comments"][0]["htmlText"])


@pytest.mark.parametrize("status", ["Received", "Canceled"])
def test_a_quiet_status_shows_in_the_status_and_the_timeline_alone(
    empty: Caller, made: dict[str, Any], status: str
) -> None:
    after = empty.control(f"rmas/{rma_of(made)}/status", status=status)
    assert after["rmaSummary"] == made["rmaSummary"] | {"status": status}
    assert after["lastUpdated"] == made["lastUpdated"]
    assert f"<b>{status.upper()}</b>" in first_comment(empty, rma_of(made))
    assert empty.ids("/rmas", rma_updated_at=LATER) == []


def test_a_loud_returngo_leaves_an_event_and_moves_the_time(
    empty: Caller, made: dict[str, Any]
) -> None:
    empty.control("ways", is_quiet=False)
    after = empty.control(f"rmas/{rma_of(made)}/status", status="Received")
    assert after["rmaSummary"]["events"][-1]["eventName"] == "RMA_RECEIVED"
    assert empty.ids("/rmas", rma_updated_at=LATER) == [int(rma_of(made))]


def test_an_approval_moves_the_time_seconds_after_its_event(empty: Caller, time: Time) -> None:
    rma = rma_of(empty.control("rmas"))
    time.forward(minutes=1)
    empty.control(f"rmas/{rma}/status")
    time.forward(seconds=1)
    assert empty.ids("/rmas", rma_updated_at=LATER) == []
    time.forward(seconds=7)
    assert empty.ids("/rmas", rma_updated_at=LATER) == [int(rma)]
    detail = empty.read(f"/rma/{rma}")
    assert detail["rmaSummary"]["events"][-1]["eventDate"] < detail["lastUpdated"]


def test_a_kind_filter_sees_every_change(empty: Caller, time: Time) -> None:
    empty.control("ways", filter_sees="everything")
    changes = (
        lambda rma, _: empty.control(f"rmas/{rma}/status", status="Canceled"),
        lambda rma, _: empty.control(f"rmas/{rma}/comments"),
        lambda rma, _: empty.control(f"rmas/{rma}/validation"),
        lambda rma, _: empty.control("transactions", rma_id=rma),
        lambda _, parcel: empty.put(f"/shipment/{parcel}", {}),
        lambda _, parcel: empty.delete(f"/shipment/{parcel}"),
    )
    for change in changes:
        made = empty.control("rmas")
        bound = f"gt:{made['createdAt'][:19]}"
        time.forward(minutes=1)
        assert empty.ids("/rmas", rma_updated_at=bound) == []
        change(rma_of(made), made["shipments"][0]["shipmentId"])
        found = {"rma_updated_at": bound, "sort_by": "-rma_updated_at"}
        assert empty.ids("/rmas", **found) == [int(rma_of(made))]
        assert empty.read(f"/rma/{rma_of(made)}")["lastUpdated"] == made["lastUpdated"]


def test_the_old_parcel_is_shown_by_turns_for_a_second(
    empty: Caller, made: dict[str, Any], time: Time
) -> None:
    parcel = made["shipments"][0]["shipmentId"]

    def shown() -> Any:
        return empty.read(f"/rma/{rma_of(made)}")["shipments"][0]["carrierName"]

    answer = empty.put(f"/shipment/{parcel}", {"carrierName": "New"})
    assert answer.json
    assert answer.json["carrierName"] == "New"
    assert [shown() for _ in range(4)] == [None, "New", None, "New"]
    time.forward(seconds=1)
    assert [shown() for _ in range(2)] == ["New", "New"]
    empty.control("ways", parcel_lag=0)
    empty.put(f"/shipment/{parcel}", {"carrierName": "Newer"})
    assert shown() == "Newer"


@pytest.mark.parametrize("coupled", [True, False])
def test_a_return_and_its_parcel_arrive_together(
    empty: Caller, made: dict[str, Any], coupled: bool
) -> None:
    empty.control("ways", parcels_move_rmas=coupled)
    empty.put(f"/shipment/{made['shipments'][0]['shipmentId']}", {"status": "Received"})
    after = empty.control(f"rmas/{rma_of(made)}/comments")
    assert (after["rmaSummary"]["status"] == "Received") is coupled
    assert after["lastUpdated"] == made["lastUpdated"]
    other = empty.control("rmas", status="Approved")
    other = empty.control(f"rmas/{rma_of(other)}/status")
    assert (other["shipments"][0]["status"] == "Received") is coupled


@pytest.mark.parametrize(("start", "back"), [("Pending", "Pending"), ("Approved", "Approved")])
def test_a_cancellation_can_be_taken_back(empty: Caller, time: Time, start: str, back: str) -> None:
    rma = rma_of(empty.control("rmas", status=start))
    assert refused(empty.control_response(f"rmas/{rma}/reopen")) == 400
    canceled = empty.control(f"rmas/{rma}/status", status="Canceled")
    time.forward(minutes=1)
    after = empty.control(f"rmas/{rma}/reopen")
    assert after["rmaSummary"] == canceled["rmaSummary"] | {"status": back}
    assert after["lastUpdated"] == "2026-03-10T12:01:00+00:00"
    assert "REOPENED" in first_comment(empty, rma)


def test_an_approval_that_fails_half_way_stays_pending(empty: Caller, time: Time) -> None:
    rma = rma_of(empty.control("rmas"))
    time.forward(minutes=1)
    after = empty.control(f"rmas/{rma}/fail_approval")
    assert after["rmaSummary"]["status"] == "Pending"
    assert after["rmaSummary"]["events"][-1]["eventName"] == "RMA_APPROVED"
    assert after["lastUpdated"] == "2026-03-10T12:01:00+00:00"
    assert [each["commentType"] for each in after["comments"]] == ["error", "error", "system"]
    empty.control(f"rmas/{rma}/status", status="Canceled")
    assert empty.control(f"rmas/{rma}/reopen")["rmaSummary"]["status"] == "Pending"


def test_every_update_of_a_parcel_leaves_a_comment(empty: Caller, made: dict[str, Any]) -> None:
    path = f"/shipment/{made['shipments'][0]['shipmentId']}"
    for number, body in enumerate(({}, {}, {"labelURL": "https://x"}, {"status": "Shipped"}), 1):
        empty.put(path, body)
        comments = empty.read(f"/rma/{rma_of(made)}")["comments"]
        assert len(comments) == len(made["comments"]) + number
    assert [each["triggeredBy"] for each in comments[:4]] == ["ReturnGO API"] * 4
    assert "IN TRANSIT" in comments[0]["htmlText"]


def test_a_touched_transaction_shows_a_new_time_and_nothing_else(empty: Caller, time: Time) -> None:
    credit = empty.control("transactions", type="RefundToStoreCredit", status="Success")
    assert credit["externalReferenceType"] == "StoreCreditCode"
    time.forward(hours=1)
    after = empty.control(f"transactions/{credit['id']}/touch")
    assert after == credit | {"lastUpdated": "2026-03-10T13:00:00+00:00"}


def test_a_transaction_succeeds_by_itself_or_as_asked_for(empty: Caller) -> None:
    refund = empty.control("transactions")
    failed = empty.control(f"transactions/{refund['id']}", status="Failed")
    assert (failed["status"], failed["externalReferenceId"]) == ("Failed", None)
    rma = str(empty.ids("/rmas")[0])
    assert empty.read(f"/rma/{rma}")["comments"][0]["commentType"] == "error"
    paid = empty.control(f"transactions/{refund['id']}")
    assert (paid["status"], paid["externalReferenceType"]) == ("Success", "PlatformRefundId")
    assert "REFUNDED" in first_comment(empty, rma)
    for path in ("transactions/1", "transactions/1/touch", "rmas/1/reopen", "rmas/1/comments"):
        assert refused(empty.control_response(path)) == 404


def test_a_return_may_need_no_parcel_and_mix_its_resolutions(empty: Caller) -> None:
    kinds = ["RefundToStoreCredit", "InstantVariantExchange"]
    made = empty.control("rmas", items=3, resolution_types=kinds, method="No shipment required")
    assert made["shipments"] == []
    assert [item["resolutionType"] for item in made["items"]] == [*kinds, kinds[0]]
    assert made["exchangeOrders"][0]["orderId"] == ""
    for _ in range(4):
        made = empty.control(f"rmas/{rma_of(made)}/status")
    assert made["exchangeOrders"][0]["orderId"].isdigit()
    assert refused(empty.control_response("rmas", resolution_types=["Nothing"])) == 400


def test_the_ways_are_shown_changed_and_reset(time: Time) -> None:
    api = Caller(create_app(now=time.now, empty=True, ways=Ways(parcel_lag=3)))
    start = {
        "filter_sees": "lastUpdated",
        "is_quiet": True,
        "quiet_webhooks": False,
        "parcel_lag": 3,
        "parcels_move_rmas": True,
    }
    assert api.control("ways", "GET") == start
    assert api.control("ways", is_quiet=False) == start | {"is_quiet": False}
    api.app.simulation.ways = Ways(quiet_webhooks=True)
    assert api.control("ways", "GET")["quiet_webhooks"]
    api.control("reset")
    assert api.control("ways", "GET") == start


@pytest.mark.parametrize(
    "bad",
    [{"typo": 1}, {"filter_sees": "x"}, {"is_quiet": 1}, {"parcel_lag": -1}, {"parcel_lag": "1"}],
)
def test_a_way_that_does_not_exist_is_refused(empty: Caller, bad: dict[str, Any]) -> None:
    before = empty.control("ways", "GET")
    assert refused(empty.control_response("ways", **bad)) == 400
    assert empty.control("ways", "GET") == before


def test_ways_are_read_from_a_text() -> None:
    assert parse_ways("") == Ways()
    text = "filter_sees=everything, is_quiet=false,parcel_lag=0.5"
    assert parse_ways(text) == Ways(filter_sees="everything", is_quiet=False, parcel_lag=0.5)
    for wrong in ("x", "is_quiet=maybe", "parcel_lag=nan", "filter_sees=none"):
        with pytest.raises(ValueError, match=r"must be|Unknown option"):
            parse_ways(wrong)
