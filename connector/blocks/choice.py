"""A choice: what a drop-down offers, asked for when the form is filled in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from marshmallow import Schema

from connector.blocks.block import Block
from connector.returngo import ReturnGO
from schemas.calls import ChoiceCall
from schemas.option import Option


@dataclass(frozen=True, kw_only=True)
class Choice(Block):
    """Offers the values of a field, each with a label for people.

    Fields name it in `choices_from`. `run(returngo, **fields)` answers pairs of value and label,
    the likeliest first; fields that were not given are left out.
    """

    run: Callable[..., Iterable[tuple[str, str]]]
    output: type[Schema] = Option

    sort: ClassVar[str] = "choice"
    common_input: ClassVar[type[Schema]] = ChoiceCall

    def options(self, returngo: ReturnGO, call: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the options as `{"id", "label"}`. Raises ReturnGOError."""
        options = self.run(returngo, **self.own(call))
        return [{"id": value, "label": label} for value, label in options]
