"""Which return policies the items of an order may use: asking, and reading the answer."""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from schemas.fields import Id, Lines, Text
from schemas.reading import rows
from schemas.shapes import FromReturnGO, Input, in_camel_case

# [A] policies-body
LINE_ITEM = "shopLineItemId"
POLICIES = "policies"
POLICY_ID = ("policyId", "id")
POLICY_NAME = ("policyRuleName", "policyName", "name")

ItemsPolicies = dict[str, list[Mapping[str, Any]]]


def asked(order_id: str, items: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """Write the body of either policy call: items of an order, with what was chosen for each."""
    return {
        "orderId": order_id,
        "items": [
            {
                LINE_ITEM if name == "line_item_id" else in_camel_case(name): value
                for name, value in item.items()
            }
            for item in items
        ],
    }


def answered(
    found: Iterable[Mapping[str, Any]], items: Iterable[Mapping[str, str]]
) -> ItemsPolicies:
    """Read what ReturnGO found for `items`, by line item id; for what it leaves out, no policy."""
    by_line = {str(row.get(LINE_ITEM)): rows(row, POLICIES) for row in found}
    return {item["line_item_id"]: by_line.get(item["line_item_id"], []) for item in items}


def shared(policies: ItemsPolicies) -> list[str]:
    """Return the policies that every item may use, by id, in ReturnGO's order."""
    of_items = [
        [known for policy in each if (known := policy_id(policy)) is not None]
        for each in policies.values()
    ]
    return reduce(lambda kept, other: [each for each in kept if each in other], of_items)


def offer(policies: ItemsPolicies) -> str:
    """Tell in words which policies each item may use."""
    return "; ".join(
        ", ".join(f"{policy_id(each)} ({policy_name(each)})" for each in of_item) + f" for {item}"
        if of_item
        else f"nothing for {item}"
        for item, of_item in policies.items()
    )


def policy_id(policy: Mapping[str, Any]) -> str | None:
    """Return the id of a policy, where it has one."""
    return _first(policy, POLICY_ID)


def policy_name(policy: Mapping[str, Any]) -> str | None:
    """Return the name of a policy, where it has one."""
    return _first(policy, POLICY_NAME)


def _first(policy: Mapping[str, Any], names: Iterable[str]) -> str | None:
    found = (policy.get(name) for name in names)
    return next((str(value) for value in found if value is not None), None)


class OrderItem(Input):
    """A line of an order."""

    line_item_id = Id(
        "Line Item ID",
        "The shop's id of the order line.",
        example="17444647338303",
        at_shopify="LineItem",
        required=True,
    )


class Policy(FromReturnGO):
    """A return policy that an item may use."""

    policy_id = Text(
        "Policy ID",
        "ReturnGO's id of the policy: map it to *Create RMA*.",
        example="1101",
        source=policy_id,
    )
    name = Text("Name", "The policy's name.", example="Standard returns", source=policy_name)
    resolution_type = Text(
        "Resolution Type",
        "What the customer gets, such as RefundToPaymentMethod.",
        example="RefundToPaymentMethod",
    )
    resolution_name = Text(
        "Resolution Name",
        "The same in the words that the customer sees.",
        example="Refund to payment method",
    )
    return_method = Text(
        "Return Method",
        "How the item comes back, such as Ship with any carrier.",
        example="Ship with any carrier",
        source="returnMethod.type",
    )
    return_method_name = Text(
        "Return Method Name",
        "The return method in the words that the customer sees.",
        example="Courier return",
        source="returnMethod.name",
    )


class ItemPolicies(FromReturnGO):
    """An item with the policies that it may use."""

    line_item_id = Text(
        "Line Item ID", "The shop's id of the order line.", example="17444647338303"
    )
    policies = Lines("Policies", "The policies that the item may use.", Policy)
