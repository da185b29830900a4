"""A link that shows a customer their returns."""

from marshmallow import validate

from schemas.fields import DateTime, Id, Integer, Text
from schemas.shapes import Input, Output

LONGEST_DAYS = 90


class NewCustomerLink(Input):
    """Whose returns a new link shows."""

    shop = Text(
        "Shop",
        "The shop of the returns. Empty: the connection's first shop.",
        example="demo.myshopify.com",
        choices_from="shops",
    )
    customer_id = Id(
        "Customer ID",
        "The customer, by the shop's own id.",
        example="6512044310583",
        at_shopify="Customer",
        required=True,
    )
    days = Integer(
        "Days",
        f"For how many days the link works: 1 to {LONGEST_DAYS}.",
        example=14,
        load_default=14,
        validate=validate.Range(min=1, max=LONGEST_DAYS),
    )


class CustomerLink(Output):
    """A link to send to the customer."""

    url = Text(
        "URL",
        "The link. It opens this customer's returns, for whoever has it.",
        example="https://bridge.example.com/storefront/returns?token=AgAB",
    )
    expires_at = DateTime(
        "Expires At", "When the link stops working.", example="2026-02-18T09:08:06Z"
    )
