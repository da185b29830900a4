"""A trigger: which events it takes, its filters, and how it shows one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema

from connector.blocks.block import Block
from connector.blocks.event import Event, Kind
from schemas.calls import EventFields, TriggerCall


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
        common = EventFields(exclude=() if raw else ("raw",))
        return {**self.output().dump(event.body), **common.dump(vars(event))}

    def filters(self, call: Mapping[str, Any]) -> dict[str, Any]:
        """Pick the filters out of what a caller sent."""
        return {name: call[name] for name in self.input().fields if name in call}

    def admits(self, shown: Mapping[str, Any], filters: Mapping[str, Any]) -> bool:
        """Tell whether an event, as shown, passes the filters."""
        return all(shown.get(name) == wanted for name, wanted in filters.items())
