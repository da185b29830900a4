"""Ids and names by which people point at things, as they type them."""

from typing import Any

from marshmallow import validate

from schemas.fields.addresses import id_in
from schemas.fields.described import fold
from schemas.fields.plain import Name
from schemas.fields.several import CommaList

ID_PATTERN = r"^[0-9]+$"


class Id(Name):
    """An id that a user sends: digits, as a string. What ReturnGO sends is Text, whatever it is.

    `prefix` is what the dashboard writes before it. `at_shopify` is what Shopify calls the thing,
    where the id is the shop's and not ReturnGO's.
    """

    prefix = ""

    def __init__(
        self, label: str, about: str, *, at_shopify: str | None = None, **options: Any
    ) -> None:
        metadata = {"pattern": ID_PATTERN}
        check = validate.Regexp(
            ID_PATTERN.removesuffix("$") + r"\Z", error="An id has only digits, such as 10030552."
        )
        super().__init__(label, about, metadata=metadata, validate=check, **options)
        self.at_shopify = at_shopify

    def forgive(self, value: Any) -> Any:
        """Take a number, what the dashboard writes before it, and addresses that hold the id."""
        typed = super().forgive(value)
        if not isinstance(typed, str):
            return typed
        if found := id_in(typed, self.at_shopify):
            return found
        bare = typed.lstrip("#")
        if bare.upper().startswith(self.prefix):
            bare = bare[len(self.prefix) :].strip()
        if bare.isascii() and bare.isdigit():
            return bare
        return value if isinstance(value, str) else typed


class RmaId(Id):
    """The id of an RMA, which the dashboard shows as `RMA1234` [D]."""

    prefix = "RMA"


class OrderName(CommaList):
    """The names that a shop gives orders, with or without the `#` that many write before one."""

    def alike(self, value: Any) -> Any:
        """Take names for the same whatever their case, with or without the `#`."""
        return bare_name(value) if isinstance(value, str) else value


def bare_name(order_name: str) -> str:
    """Write an order's name so that `#1001` and `1001` are the same."""
    return fold(order_name).removeprefix("#")
