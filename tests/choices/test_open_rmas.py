from collections.abc import Callable
from datetime import timedelta

from tests.choices.conftest import Options
from tests.conftest import Control
from tests.stand_ins import HandClock

STATUSES = ("Pending", "Done", "Approved", "Rejected", "Received", "Canceled", "Validated")


def test_open_rmas_are_offered_newest_first_for_one_call(
    control: Control, options: Options, clock: HandClock, made_calls: Callable[[], list[str]]
) -> None:
    made = {}
    for status in STATUSES:
        rma = control("rmas", status=status, order_name=f"#{status}")
        made[status] = rma["rmaSummary"]["rmaId"]
        clock.advance(timedelta(hours=1))
    control("rmas", shop="outlet.myshopify.com")
    assert options("open_rmas") == [
        {"id": made[status], "label": f"RMA{made[status]} · {status} · #{status}"}
        for status in ("Validated", "Received", "Approved", "Pending")
    ]
    assert made_calls() == ["GET /rmas"]


def test_what_returngo_does_not_tell_is_left_out(control: Control, options: Options) -> None:
    rows = [{"rmaId": 1234, "status": "Approved"}, {"status": "Approved"}]
    control("faults", status=200, body={"rmas": rows})
    assert options("open_rmas") == [{"id": "1234", "label": "RMA1234 · Approved"}]


def test_a_shop_without_open_rmas_has_none_to_offer(control: Control, options: Options) -> None:
    control("rmas", status="Done")
    assert options("open_rmas") == []
