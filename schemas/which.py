"""How people point at a thing that an action is to change."""

from schemas.fields import Id, RmaId
from schemas.shapes import Input


class WhichRma(Input):
    """An RMA."""

    rma_id = RmaId(
        "RMA ID",
        "The return, by ReturnGO's id; RMA10030552 is taken, too.",
        example="10030552",
        required=True,
        choices_from="open_rmas",
    )


class WhichShipment(Input):
    """A shipment; its RMA helps to pick it."""

    rma_id = RmaId(
        "RMA ID",
        "The return that the shipment belongs to. It may be left empty: it helps to pick the"
        " shipment.",
        example="10030552",
        choices_from="open_rmas",
    )
    shipment_id = Id(
        "Shipment ID",
        "The shipment, by ReturnGO's id.",
        example="9754270",
        required=True,
        choices_from="shipments",
    )
