"""Who is connected, and what is left of the day."""

from schemas.fields import DateTime, Group, Integer, Lines, Text, TextList
from schemas.shapes import Input, Output


class AccountCall(Input):
    """What the connection test takes."""

    shop = Text(
        "Shop",
        "The shop to try the key at. Empty: the first of the connection.",
        example="demo.myshopify.com",
    )


class Allowance(Output):
    """The calls that ReturnGO allows the key."""

    limit = Integer("Limit", "Calls a day.", example=2000)
    remaining = Integer("Remaining", "Calls left today.", example=1840)
    resets_in = Integer("Resets In", "Seconds until the day begins anew.", example=30120)
    used_elsewhere = Integer(
        "Used Elsewhere",
        "Calls a day that reading leaves to other software with the same key, because ReturnGO said"
        " that a day was spent before the bridge had made all of its calls.",
        example=0,
    )


class NextReading(Output):
    """When a list of a shop is read next."""

    shop = Text("Shop", "The shop.", example="demo.myshopify.com")
    list = Text("List", "`rmas` or `transactions`.", example="rmas", source="resource")
    read_at = DateTime(
        "Read At", "When it was read last; null: never.", example="2026-02-04T09:08:06Z"
    )
    due_at = DateTime(
        "Due At",
        "The first poll from then on has it read again; null: the next one.",
        example="2026-02-04T09:11:30Z",
    )
    reason = Text(
        "Reason",
        "Why then.",
        example="ReturnGO could not be read: it is tried again after a while.",
    )


class Account(Output):
    """A connection, tested."""

    id = Text("ID", "The connection.", example="operator")
    label = Text("Label", "What to call it in a list of connections.", example="demo.myshopify.com")
    shops = TextList("Shops", "The shops that it may speak for.", example=["demo.myshopify.com"])
    token = Text(
        "Token",
        "The name of the token that was sent; null: it has none.",
        example="Zapier: refunds to the ledger",
    )
    scopes = TextList(
        "Scopes",
        "What the token may do: `read`, `act`, `hooks`, `raw`, `any_call`, or `admin` for all.",
        example=["act", "read"],
    )
    verified_at = DateTime(
        "Verified At", "When ReturnGO last accepted the key.", example="2026-02-04T09:08:06Z"
    )
    calls = Group("Calls", "The calls that ReturnGO allows the key.", Allowance)
    feed = Lines(
        "Feed", "When ReturnGO is read next, for what somebody polls or subscribes to.", NextReading
    )
