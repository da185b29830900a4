"""Finding the return policies that lines of an order may use, and telling of an unknown order."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from connector.returngo.client import ReturnGO
from connector.returngo.errors import NotFound
from schemas.policy import ItemsPolicies, answered, asked


@contextmanager
def about_order(returngo: ReturnGO, order_id: str) -> Iterator[None]:
    """Let a NotFound in the block say that ReturnGO does not know the order, and why perhaps."""
    try:
        yield
    except NotFound as refusal:
        raise NotFound(
            f"ReturnGO has no order {order_id} in {returngo.shop}. The Order ID is the shop's"
            " internal id, not the order's name.",
            request_id=refusal.request_id,
        ) from refusal


def find_policies(
    returngo: ReturnGO, order_id: str, lines: Sequence[Mapping[str, str]]
) -> ItemsPolicies:
    """Find what each line of an order may use, by POST /rma/getEligiblePolicies.

    Raises NotFound, which speaks of the order, and any other ReturnGOError.
    """
    with about_order(returngo, order_id):
        found = returngo.get_eligible_policies(asked(order_id, lines))
    return answered(found, lines)
