"""How people point at a thing that an action is to change.

The simulated ReturnGO has what is given as an example, in a state in which it can be tried.
"""

from schemas.fields import Id, RmaId
from schemas.shapes import Input


def _rma(example: str) -> RmaId:
    return RmaId(
        "RMA ID",
        "The return, by ReturnGO's id; RMA10030552 is taken, too.",
        example=example,
        required=True,
        choices_from="open_rmas",
    )


def _rma_of_shipment(example: str) -> RmaId:
    return RmaId(
        "RMA ID",
        "The return that the shipment belongs to. It may be left empty: it helps to pick the"
        " shipment.",
        example=example,
        choices_from="open_rmas",
    )


def _shipment(example: str) -> Id:
    return Id(
        "Shipment ID",
        "The shipment, by ReturnGO's id.",
        example=example,
        required=True,
        choices_from="shipments",
    )


class WhichRma(Input):
    """An RMA."""

    rma_id = _rma("10030552")


class WhichPendingRma(Input):
    """An RMA; that of the example has not been looked at."""

    rma_id = _rma("10030574")


class WhichShipment(Input):
    """A shipment; its RMA helps to pick it."""

    rma_id = _rma_of_shipment("10030552")
    shipment_id = _shipment("9754270")


class WhichUnusedShipment(Input):
    """A shipment; that of the example has not been sent."""

    rma_id = _rma_of_shipment("10030561")
    shipment_id = _shipment("9754283")
