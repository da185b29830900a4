"""A parcel on its way back, or out to the customer."""

from schemas.address import Address
from schemas.fields import Boolean, Group, Text
from schemas.shapes import FromReturnGO


class Shipment(FromReturnGO):
    """A shipment of an RMA."""

    shipment_id = Text("Shipment ID", "ReturnGO's id of the shipment.", example="9754270")
    status = Text(
        "Status", "The status, such as LabelCreated, Shipped or Received.", example="Shipped"
    )
    carrier_name = Text("Carrier", "The carrier of the parcel.", example="Sample Couriers")
    tracking_number = Text("Tracking Number", "The carrier's number.", example="SC123456789")
    tracking_url = Text(
        "Tracking URL",
        "Where the parcel can be followed.",
        example="https://courier.example.com/track/SC123456789",
        source="trackingURL",
    )
    label_url = Text(
        "Label URL",
        "Where the label can be printed.",
        example="https://courier.example.com/label/SC123456789.pdf",
        source="labelURL",
    )
    requested_service_level = Text(
        "Requested Service Level",
        "The service that was asked for.",
        example="Standard",
    )
    actual_service_level = Text(
        "Actual Service Level",
        "The service that the carrier gave.",
        example="Standard",
    )
    is_outbound = Boolean(
        "Is Outbound",
        "Yes, if the parcel goes to the customer.",
        example=False,
    )
    customer_address = Group("Customer Address", "The customer's address.", Address)
    return_address = Group("Return Address", "Where the goods go back to.", Address)
