"""Creates an RMA for items of an order, for example for a parcel that arrived unannounced.

Without a policy, the one that ReturnGO offers is taken, if it offers exactly one for all the items
that have none; else the refusal lists what it offers. ReturnGO enforces its policies.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from marshmallow import validate

from connector.blocks import Action, Effect
from connector.returngo import BadRequest, ReturnGO, ReturnGOError, Undecided
from connector.returngo.policies import about_order, find_policies
from schemas.fields import Id, Lines, Name, Text
from schemas.policy import LINE_ITEM, OrderItem, asked, offer, shared
from schemas.reading import dig, rows
from schemas.rma import Rma
from schemas.shapes import Input

MOST_LOOKS = 20  # RMAs that are read, a call each, to find out about an interrupted try

Items = Sequence[Mapping[str, str]]


class ReturnedLine(OrderItem):
    """A line of an order, to be returned."""

    policy_id = Name(
        "Policy ID",
        "The policy for this item. Empty: that of the RMA.",
        example="1101",
    )
    return_reason = Text(
        "Return Reason",
        "Why it comes back, from the shop's list.",
        example="Does not fit",
    )


class Fields(Input):
    """What to return, and by which policy."""

    order_id = Id(
        "Order ID",
        "The shop's internal id of the order; not the order's name.",
        example="7396218241343",
        at_shopify="Order",
        required=True,
    )
    policy_id = Name(
        "Policy ID",
        "The policy for all items: map it from *Get Eligible Policies*. Empty: the only one that"
        " ReturnGO offers.",
        example="1101",
    )
    items = Lines(
        "Items",
        "The lines of the order that are returned.",
        ReturnedLine,
        required=True,
        validate=validate.Length(min=1),
    )


def run(
    returngo: ReturnGO, order_id: str, items: Items, policy_id: str | None = None
) -> dict[str, Any]:
    """POST /rma/createByPolicy."""
    default = {} if policy_id is None else {"policy_id": policy_id}
    chosen = [{**default, **item} for item in items]
    try:
        if open_choice := [item for item in chosen if "policy_id" not in item]:
            only = {"policy_id": _only_policy(returngo, order_id, open_choice)}
            chosen = [{**only, **item} for item in chosen]
        with about_order(returngo, order_id):
            answer = returngo.create_rma(asked(order_id, chosen))
    except BadRequest as refusal:
        raise BadRequest(
            f"No RMA was created for order {order_id}. {refusal}", request_id=refusal.request_id
        ) from refusal
    return _created(returngo, answer, order_id, items)


def already_done(
    returngo: ReturnGO, since: datetime, order_id: str, items: Items, **_: str
) -> dict[str, Any] | None:
    """Look for an RMA of the same lines among those created since. Raises Undecided."""
    page = returngo.list_rmas(
        created_since=since - returngo.clocks_apart,
        sort_by="+rma_created_at",  # the likeliest first: it was made when the try began
        pagesize=MOST_LOOKS,
    )
    wanted = {item["line_item_id"] for item in items}
    for row in page.rows:
        rma = returngo.get_rma(str(row.get("rmaId")))
        lines = {str(item.get(LINE_ITEM)) for item in rows(rma, "items")}
        if str(dig(rma, "orderDetails.orderId")) == order_id and lines == wanted:
            return rma
    if page.next_cursor is not None:
        raise Undecided(
            f"An earlier try to create an RMA for order {order_id} was interrupted, and since then"
            f" more than {MOST_LOOKS} RMAs were created in {returngo.shop}, too many to look"
            " through. Look at ReturnGO; to do it again, use another idempotency key."
        )
    return None


def _only_policy(returngo: ReturnGO, order_id: str, items: Items) -> str:
    lines = [{"line_item_id": item["line_item_id"]} for item in items]
    policies = find_policies(returngo, order_id, lines)
    possible = shared(policies)
    if len(possible) == 1:
        return possible[0]
    problem = "Several policies are possible" if possible else "No policy suits all the items"
    raise BadRequest(f"{problem}. By item, ReturnGO offers {offer(policies)}.")


def _created(returngo: ReturnGO, answer: Any, order_id: str, items: Items) -> dict[str, Any]:
    """Show the new RMA whole, or what is known of it: an error would have it created again."""
    # [A] create-answer
    rma_id = dig(answer, "rmaId")
    if rma_id is not None:
        with suppress(ReturnGOError):
            return returngo.get_rma(str(rma_id))
    return {
        "rmaSummary": {"rmaId": rma_id},
        "orderDetails": {"orderId": order_id},
        "items": [{LINE_ITEM: item["line_item_id"]} for item in items],
    }


block = Action(
    label="Create RMA",
    noun="RMA",
    effect=Effect.ADD,
    input=Fields,
    output=Rma,
    assumes=("policies-body", "create-answer"),
    run=run,
    already_done=already_done,
)
