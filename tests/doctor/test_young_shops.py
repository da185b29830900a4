"""What can be told where little has happened yet."""

from datetime import timedelta

from connector.findings import Verdict
from tests.stand_ins import NOON


def test_an_empty_shop_tells_nothing_of_its_things(examine):
    verdicts = examine().verdicts
    assert {name for name, verdict in verdicts.items() if verdict != "cannot tell"} <= {
        "gateway-words",
        "last-page",
        "no-rate-headers",
    }


def test_a_refund_that_was_just_made_tells_nothing_yet(examine, control):
    control("transactions", status="Requested", created_at=(NOON - timedelta(hours=1)).isoformat())
    verdicts = examine().verdicts
    assert verdicts["refund-requested"] == "cannot tell"
    assert verdicts["made-requested"] == "true"


def test_an_invoice_that_is_requested_is_no_refund(examine, control):
    control(
        "transactions", type="InvoicePayment", created_at=(NOON - timedelta(days=1)).isoformat()
    )
    told = examine().told["refund-requested"]
    assert told.verdict is Verdict.CANNOT_TELL
    assert "0 refunds and 1 others" in told.seen
