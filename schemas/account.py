"""Who is connected, and what is left of the day."""

from schemas.fields import Group, Moment, Text, Whole, Words
from schemas.shapes import Output, Query


class AccountCall(Query):
    """What the connection test takes."""

    shop = Text(
        "Shop",
        "The shop to try the key at. Empty: the first of the connection.",
        example="demo.myshopify.com",
    )


class Allowance(Output):
    """The calls that ReturnGO allows the key."""

    limit = Whole("Limit", "Calls a day.", example=2000)
    remaining = Whole("Remaining", "Calls left today.", example=1840)
    resets_in = Whole("Resets In", "Seconds until the day begins anew.", example=30120)


class Account(Output):
    """A connection, tested."""

    id = Text("ID", "The connection.", example="operator")
    label = Text("Label", "What to call it in a list of connections.", example="demo.myshopify.com")
    shops = Words("Shops", "The shops that it may speak for.", example=["demo.myshopify.com"])
    verified_at = Moment(
        "Verified At", "When ReturnGO last accepted the key.", example="2026-02-04T09:08:06Z"
    )
    calls = Group("Calls", "The calls that ReturnGO allows the key.", Allowance)
