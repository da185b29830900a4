"""Triggers when the warehouse has looked at a returned item: one event for each item.

It says whether the item arrived, whether it can be sold again, why not, and where it was looked at.
A return is followed for a while after it is Done, since its items can still be looked at then.

Not seen: an earlier result, where an item was looked at twice between two looks of the bridge; and
one that is noted when the return has long been done, until the bridge reads that return again.
"""

from connector.blocks import Kind, Trigger
from schemas.fields import Boolean, CommaList
from schemas.filters import ReturnFilters
from schemas.item import Validation
from schemas.of_rma import ItemOfRma
from schemas.shapes import within


class Filters(ReturnFilters):
    """Which items."""

    is_restockable = Boolean(
        "Is Restockable",
        "Yes: only items that can be sold again. No: only others. Empty: all.",
        example=True,
    )
    store_location_id = CommaList(
        "Store Location ID",
        "Only items that were looked at in this store location. Empty: all.",
        example="warehouse-1",
    )


Found = within(
    "itemValidationStatusResponse",
    Validation,
    *("is_returned", "is_restockable", "non_restockable_reason", "non_returned_reason"),
    *("store_location_id", "validated_at", "validated_by"),
)


class ValidatedItem(ItemOfRma, Found):  # type: ignore[misc, valid-type]
    """A returned item, with what the warehouse found at the top."""


block = Trigger(
    label="Item Validated",
    noun="Item",
    takes=Kind.ITEM_VALIDATED,
    input=Filters,
    output=ValidatedItem,
)
