"""What all blocks have in common: key, words for people, input, output, sample."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from marshmallow import Schema

from connector.blocks.json_schema import json_schema
from schemas.fields import guarded_in, sample_of, withhold

RAW = "raw"


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

    sort: ClassVar[str]
    """What kind of block it is, in a word."""
    common_input: ClassVar[type[Schema]] = Nothing
    common_output: ClassVar[type[Schema]] = Nothing
    composed: ClassVar[tuple[str, ...]] = ("input_schema", "output_schema")

    def compose(self) -> None:
        """Make the schemas now that are otherwise made when they are first asked for."""
        for name in self.composed:
            getattr(self, name)

    @cached_property
    def input_schema(self) -> type[Schema]:
        """Everything that a caller may send: the block's own fields, then the common ones."""
        own, common = self.input().fields, self.common_input().fields
        return self._compose("Input", self.common_input, self.input, [*own, *common])

    @cached_property
    def output_schema(self) -> type[Schema]:
        """Everything that the block answers: its id, the common fields, then the thing itself."""
        own, common = self.output().fields, self.common_output().fields
        order = ["id", *(name for name in common if name != RAW), *own, RAW]
        return self._compose("", self.common_output, self.output, order)

    def own(self, call: Mapping[str, Any]) -> dict[str, Any]:
        """Pick the block's own fields out of what a caller sent."""
        return {name: call[name] for name in self.input().fields if name in call}

    def show(self, thing: Mapping[str, Any], shop: str, *, raw: bool = False) -> dict[str, Any]:
        """Show a thing of a shop, as ReturnGO sent it, as the object that a workflow gets."""
        common = {"shop": shop, **({RAW: thing} if raw else {})}
        return self.in_order({**self.dump(thing, raw=raw), **common})

    def dump(self, thing: Mapping[str, Any], *, raw: bool) -> dict[str, Any]:
        """Show the thing alone; its guarded fields are null unless what ReturnGO sent is shown."""
        shown: dict[str, Any] = self._output.dump(thing)
        if not raw:
            self._withhold_guarded(shown)
        return shown

    def without_raw(self, shown: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was shown, perhaps with what ReturnGO sent, to who may not see that."""
        left = {name: value for name, value in copy.deepcopy(dict(shown)).items() if name != RAW}
        self._withhold_guarded(left)
        return left

    def in_order(self, shown: Mapping[str, Any]) -> dict[str, Any]:
        """Put what is shown into the order in which it is published."""
        return {name: shown[name] for name in self._names if name in shown}

    @cached_property
    def _output(self) -> Schema:
        return self.output()

    def _withhold_guarded(self, shown: dict[str, Any]) -> None:
        for way in self._guarded:
            withhold(shown, way)

    @cached_property
    def _guarded(self) -> list[Sequence[str]]:
        return list(guarded_in(self._output))

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(self.output_schema().fields)

    def sample(self) -> dict[str, Any]:
        """Make one realistic answer, of the examples that the fields declare."""
        return sample_of(self.output_schema())

    def describe(self) -> dict[str, Any]:
        """Return the block's entry in the catalogue."""
        return {
            "key": self.key,
            "sort": self.sort,
            "label": self.label,
            "noun": self.noun,
            "description": self.description,
            "input_schema": json_schema(self.input_schema),
            "output_schema": json_schema(self.output_schema),
            "sample": self.sample(),
            "changes": False,
            "effect": None,
            "confirms": None,
        }

    def _compose(
        self, suffix: str, common: type[Schema], own: type[Schema], order: Iterable[str]
    ) -> type[Schema]:
        """Make one schema of two; where both have a field, the common one is meant."""
        known = {**own().fields, **common().fields}
        fields = tuple(dict.fromkeys(name for name in order if name in known))
        meta = type("Meta", (common.Meta,), {"fields": fields})
        name = "".join(word.capitalize() for word in self.key.split("_")) + suffix
        composed: type[Schema] = type(
            name, (common, own), {"__doc__": self.description, "Meta": meta}
        )
        return composed
