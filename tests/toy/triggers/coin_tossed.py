"""Triggers when money moves, whatever for.

Only for tests.
"""

from connector.blocks import Kind, Trigger
from schemas.fields import Text
from schemas.shapes import Input
from schemas.transaction import Transaction


class Filters(Input):
    currency = Text("Currency", "Only money of this currency.", example="ZAR")


block = Trigger(
    label="Coin Tossed",
    noun="Coin",
    takes=Kind.TRANSACTION_STATUS_CHANGED,
    input=Filters,
    output=Transaction,
)
