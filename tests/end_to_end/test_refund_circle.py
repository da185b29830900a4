from decimal import Decimal

from tests.end_to_end.waiting import eventually
from tests.processes import Bridge, Sandbox


def test_a_requested_refund_is_found_once_recorded_and_not_news_again(
    real_sandbox: Sandbox, real_bridge: Bridge
):
    seen = {event["id"] for event in real_bridge.poll("refund_requested")}

    refund = real_sandbox.control("transactions", {"amount": "199.90", "currency": "ZAR"})
    news = eventually(lambda: unseen(real_bridge, seen))
    assert [event["transaction_id"] for event in news] == [str(refund["id"])]
    assert Decimal(news[0]["amount"]) == Decimal("199.90")
    assert news[0]["currency"] == "ZAR"

    recorded = real_bridge.act(
        "record_transaction",
        {
            "transaction_id": news[0]["transaction_id"],
            "shop": news[0]["shop"],
            "status": "Success",
            "external_reference_id": "pay_1",
            "idempotency_key": news[0]["id"],
        },
    )
    assert recorded.status_code == 200
    assert recorded.json()["status"] == "Success"
    at_returngo = real_sandbox.transaction(refund["id"])
    assert (at_returngo["status"], at_returngo["externalReferenceId"]) == ("Success", "pay_1")

    # A later refund shows that the feed has moved on past the recording.
    later = real_sandbox.control("transactions")
    seen |= {event["id"] for event in news}
    after = eventually(lambda: unseen(real_bridge, seen))
    assert [event["transaction_id"] for event in after] == [str(later["id"])]


def unseen(bridge: Bridge, seen: set[str]) -> list[dict[str, str]]:
    return [event for event in bridge.poll("refund_requested") if event["id"] not in seen]
