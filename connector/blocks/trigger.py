"""A trigger: which events it takes, its filters, and how it shows one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from marshmallow import Schema

from connector.blocks.block import Block
from connector.blocks.event import Event, Kind
from schemas.calls import EventFields, TriggerCall

# Made once: making a schema costs more than using it.
EVENT = EventFields(exclude=("raw",))
EVENT_WITH_RAW = EventFields()


@dataclass(frozen=True, kw_only=True)
class Trigger(Block):
    """Starts a workflow when something happened.

    It takes the events of one kind, or only those that ended in `status`. Its own input fields are
    filters: each is named after the output field that must have the same value.
    """

    takes: Kind
    status: str | None = None
    _common_input: type[Schema] = field(default=TriggerCall, init=False, repr=False)
    _common_output: type[Schema] = field(default=EventFields, init=False, repr=False)

    def show(self, event: Event, *, raw: bool = False) -> dict[str, Any]:
        """Show an event as the object that a workflow gets."""
        common = EVENT_WITH_RAW if raw else EVENT
        return {**self._thing.dump(event.body), **common.dump(vars(event))}

    @cached_property
    def _thing(self) -> Schema:
        return self.output()

    def filters(self, call: Mapping[str, Any]) -> dict[str, Any]:
        """Pick the filters out of what a caller sent."""
        return {name: call[name] for name in self.input().fields if name in call}

    def admits(self, shown: Mapping[str, Any], filters: Mapping[str, Any]) -> bool:
        """Tell whether an event, as shown, passes the filters."""
        return all(shown.get(name) == wanted for name, wanted in filters.items())
