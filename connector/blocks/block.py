"""What all blocks have in common: key, words for people, input, output, sample."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from marshmallow import Schema

from connector.blocks.json_schema import json_schema
from schemas.fields import sample_of


class Nothing(Schema):
    """No fields."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """The base of Trigger, Action and Search.

    `label` is the block's name in Title Case, `noun` the thing that it is about. `assumes` names
    what it rests on that ReturnGO does not document (docs/assumptions.md). `key` and `description`
    are the name and the docstring of the file that declares it; the catalogue fills them in.
    """

    label: str
    noun: str
    output: type[Schema]
    input: type[Schema] = Nothing
    assumes: tuple[str, ...] = ()
    key: str = ""
    description: str = ""

    common_input: ClassVar[type[Schema]] = Nothing
    common_output: ClassVar[type[Schema]] = Nothing

    @cached_property
    def input_schema(self) -> type[Schema]:
        """Everything that a caller may send: the block's own fields, then the common ones."""
        return self._compose("Input", self.common_input, self.input)

    @cached_property
    def output_schema(self) -> type[Schema]:
        """Everything that the block answers: the thing itself, then the common fields."""
        return self._compose("", self.common_output, self.output)

    def own(self, call: Mapping[str, Any]) -> dict[str, Any]:
        """Pick the block's own fields out of what a caller sent."""
        return {name: call[name] for name in self.input().fields if name in call}

    def show(self, thing: Mapping[str, Any], shop: str, *, raw: bool = False) -> dict[str, Any]:
        """Show a thing of a shop, as ReturnGO sent it, as the object that a workflow gets."""
        common = {"shop": shop, **({"raw": thing} if raw else {})}
        return {**self.output().dump(thing), **common}

    def sample(self) -> dict[str, Any]:
        """Make one realistic answer, of the examples that the fields declare."""
        return sample_of(self.output_schema())

    def describe(self) -> dict[str, Any]:
        """Answer the block's entry in the catalogue."""
        return {
            "key": self.key,
            "sort": type(self).__name__.lower(),
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
