"""Money comes through a real bridge as ReturnGO has it: in triggers, in searches, and raw."""

from decimal import Decimal

import simplejson

from tests.processes import Bridge, Sandbox

AMOUNTS = {
    "0.10": "ZAR",
    "1119.60": "EUR",
    "1275": "JPY",
    "1.255": "KWD",
    "12345678901234567890.12": "ZAR",
    "-80.18": "EUR",
    "1e3": "ZAR",
}


def test_an_amount_is_the_same_decimal_everywhere(real_sandbox: Sandbox, real_bridge: Bridge):
    made = {}
    for amount, currency in AMOUNTS.items():
        fields = {"amount": amount, "currency": currency, "status": "Requested"}
        made[str(real_sandbox.control("transactions", fields)["id"])] = Decimal(amount)
    for path, query in (
        ("triggers/refund_requested", {"limit": "1000"}),
        ("actions/find_transactions", {"limit": "100", "status": "Requested"}),
    ):
        answer = real_bridge.call("GET", f"/v1/{path}", params={**query, "raw": "true"})
        assert answer.status_code == 200, answer.text
        # numbers are read exactly: a float would have lost the cents of the longest
        shown = simplejson.loads(answer.content, use_decimal=True)
        ours = [each for each in shown if each["transaction_id"] in made]
        assert {each["transaction_id"]: Decimal(each["amount"]) for each in ours} == made, path
        assert {
            each["transaction_id"]: Decimal(each["raw"]["amount"]["amount"]) for each in ours
        } == made, path
        assert not any("e" in each["amount"].lower() for each in ours), "no exponents"
