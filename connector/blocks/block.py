"""What triggers and actions have in common: key, words for people, input, output, sample."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from marshmallow import Schema

from connector.blocks.json_schema import json_schema
from schemas.fields import sample_of


class Nothing(Schema):
    """No fields."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """The base of Trigger and Action.

    `label` is the block's name in Title Case, `noun` the thing that it is about. `key` and
    `description` are the name and the docstring of the file that declares it; the catalogue fills
    them in.
    """

    label: str
    noun: str
    output: type[Schema]
    input: type[Schema] = Nothing
    key: str = ""
    description: str = ""
    _common_input: type[Schema] = field(default=Nothing, init=False, repr=False)
    _common_output: type[Schema] = field(default=Nothing, init=False, repr=False)

    @cached_property
    def input_schema(self) -> type[Schema]:
        """Everything that a caller may send: the block's own fields, then the common ones."""
        return self._compose("Input", self._common_input, self.input)

    @cached_property
    def output_schema(self) -> type[Schema]:
        """Everything that the block answers: the thing itself, then the common fields."""
        return self._compose("", self._common_output, self.output)

    def sample(self) -> dict[str, Any]:
        """Make one realistic answer, of the examples that the fields declare."""
        return sample_of(self.output_schema())

    def describe(self) -> dict[str, Any]:
        """Answer the block's entry in the catalogue."""
        return {
            "key": self.key,
            "label": self.label,
            "noun": self.noun,
            "description": self.description,
            "input_schema": json_schema(self.input_schema),
            "output_schema": json_schema(self.output_schema),
            "sample": self.sample(),
        }

    def _compose(self, suffix: str, common: type[Schema], own: type[Schema]) -> type[Schema]:
        name = "".join(word.capitalize() for word in self.key.split("_")) + suffix
        composed: type[Schema] = type(name, (common, own), {"__doc__": self.description})
        return composed
