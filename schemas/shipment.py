"""A parcel on its way back, or out to the customer."""

from schemas.address import Address
from schemas.fields import Flag, Group, Text
from schemas.shapes import Output


class Shipment(Output):
    """A shipment of an RMA."""

    shipment_id = Text(
        "Shipment ID", "ReturnGO's id of the shipment.", example="9754270", source="shipmentId"
    )
    status = Text(
        "Status", "The status, such as LabelCreated, Shipped or Received.", example="Shipped"
    )
    carrier_name = Text(
        "Carrier", "The carrier of the parcel.", example="Sample Couriers", source="carrierName"
    )
    tracking_number = Text(
        "Tracking Number", "The carrier's number.", example="SC123456789", source="trackingNumber"
    )
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
        source="requestedServiceLevel",
    )
    actual_service_level = Text(
        "Actual Service Level",
        "The service that the carrier gave.",
        example="Standard",
        source="actualServiceLevel",
    )
    is_outbound = Flag(
        "Is Outbound",
        "Yes, if the parcel goes to the customer.",
        example=False,
        source="isOutbound",
    )
    customer_address = Group(
        "Customer Address", "The customer's address.", Address, source="customerAddress"
    )
    return_address = Group(
        "Return Address", "Where the goods go back to.", Address, source="returnAddress"
    )
