"""The return policies that lines of an order may use, for *Create RMA*.

Of several lines, those that all of them may use.
"""

from connector.blocks import Choice
from connector.returngo import ReturnGO
from connector.returngo.policies import find_policies
from schemas.fields import CommaList, Id, trim
from schemas.option import label
from schemas.policy import policy_id, policy_name, shared
from schemas.shapes import Input


class Fields(Input):
    """What might be returned."""

    order_id = Id(
        "Order ID",
        "The shop's internal id of the order; not the order's name.",
        example="7396218241343",
        at_shopify="Order",
        required=True,
    )
    line_item_id = CommaList(
        "Line Item ID",
        "The shop's id of the order line, or several with commas between: ReturnGO offers policies"
        " for lines only.",
        example="17444647338303",
        required=True,
    )


def run(returngo: ReturnGO, order_id: str, line_item_id: str) -> list[tuple[str, str]]:
    """POST /rma/getEligiblePolicies, once."""
    ids = filter(None, map(trim, line_item_id.split(",")))
    lines = [{"line_item_id": each} for each in dict.fromkeys(ids)]
    policies = find_policies(returngo, order_id, lines)
    known = {policy_id(policy): policy for of_line in policies.values() for policy in of_line}
    return [
        (each, label(policy_name(known[each]) or each, known[each].get("resolutionName")))
        for each in shared(policies)
    ]


block = Choice(
    label="Eligible Policies",
    noun="Policy",
    input=Fields,
    assumes=("policies-body",),
    run=run,
)
