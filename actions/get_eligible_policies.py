"""Gets the return policies that items of an order may use, to choose one for *Create RMA*.

It changes nothing. An item without a policy cannot be returned, for example because it is being
returned already, or was bought too long ago.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import validate

from connector.blocks import Action, Effect, always
from connector.returngo import ReturnGO
from connector.returngo.policies import find_policies
from schemas.fields import Boolean, Id, Lines, Text, TextList
from schemas.policy import ItemPolicies, OrderItem, shared
from schemas.shapes import FromReturnGO, Input


class Fields(Input):
    """What might be returned."""

    order_id = Id(
        "Order ID",
        "The shop's internal id of the order; not the order's name.",
        example="7396218241343",
        at_shopify="Order",
        required=True,
    )
    items = Lines(
        "Items",
        "The lines of the order that might be returned.",
        OrderItem,
        required=True,
        validate=validate.Length(min=1),
    )


class EligiblePolicies(FromReturnGO):
    """The policies that items of an order may use."""

    id = Text("ID", "The order, to tell it from others.", example="7396218241343", source="orderId")
    order_id = Text("Order ID", "The shop's id of the order.", example="7396218241343")
    is_eligible = Boolean(
        "Is Eligible", "Yes, if there is a policy for each of the items.", example=True
    )
    shared_policy_ids = TextList(
        "Shared Policy IDs",
        "The policies that every item may use: one of them suits a return of all the items.",
        example=["1101"],
    )
    items = Lines("Items", "The items, each with its policies.", ItemPolicies)


def run(returngo: ReturnGO, order_id: str, items: list[Mapping[str, str]]) -> dict[str, Any]:
    """POST /rma/getEligiblePolicies."""
    policies = find_policies(returngo, order_id, items)
    return {
        "orderId": order_id,
        "isEligible": all(policies.values()),
        "sharedPolicyIds": shared(policies),
        "items": [
            {"lineItemId": line_item_id, "policies": each}
            for line_item_id, each in policies.items()
        ],
    }


block = Action(
    label="Get Eligible Policies",
    noun="Policies",
    effect=Effect.SET,
    input=Fields,
    output=EligiblePolicies,
    assumes=("policies-body",),
    run=run,
    only_reads=always,
)
