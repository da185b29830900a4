"""Recent events of triggers: one tool for all of them, and a resource for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mcp import types

from connector.assistants.block_tool import query_of
from connector.assistants.bridge_calls import Call
from connector.assistants.input_schema import input_schema
from connector.blocks import json_schema
from schemas.calls import TriggerCall

NAME = "recent_events"
TRIGGER = "trigger"
FILTERS = "filters"
LIMIT = "limit"
DEFAULT_LIMIT = 10
ADDRESS = "returngo://events/"
JSON = "application/json"


class NoSuchTrigger(Exception):
    """No trigger is called so."""


@dataclass(frozen=True)
class RecentEvents:
    """The events of a bridge; `triggers` are its triggers' entries in the catalogue, by key."""

    triggers: Mapping[str, Mapping[str, Any]]

    def listed(self) -> types.Tool:
        """Describe the tool to a client."""
        common = json_schema(TriggerCall)
        schema = input_schema(
            common,
            {
                TRIGGER: {"type": "string", "enum": [*self.triggers]},
                FILTERS: {
                    "type": "object",
                    "description": "The trigger's own filters, by name.",
                    "additionalProperties": {"type": "string"},
                },
                LIMIT: {
                    **{
                        word: common["properties"][LIMIT][word]
                        for word in ("type", "minimum", "maximum")
                    },
                    "default": DEFAULT_LIMIT,
                    "description": "How many events at most. One of an RMA has some 3,000"
                    " characters.",
                },
            },
        )
        return types.Tool(
            name=NAME,
            title="Recent Events",
            description=self._description(),
            input_schema={**schema, "required": [TRIGGER]},
            annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=True),
        )

    def resources(self) -> list[types.Resource]:
        """List the newest events of each trigger as a resource."""
        return [
            types.Resource(
                name=key,
                title=f"{each['label']}: recent events",
                uri=f"{ADDRESS}{key}",
                description=_first_line(each),
                mime_type=JSON,
            )
            for key, each in self.triggers.items()
        ]

    def call(self, arguments: Mapping[str, Any]) -> Call:
        """Return the call to make of the tool. Raises NoSuchTrigger."""
        sent = dict(arguments)
        key = str(sent.pop(TRIGGER, ""))
        if key not in self.triggers:
            raise NoSuchTrigger(
                f"There is no trigger {key!r}. `{TRIGGER}` is one of {', '.join(self.triggers)}."
            )
        filters = sent.pop(FILTERS, None)
        asked = filters if isinstance(filters, Mapping) else {FILTERS: filters}
        query = query_of({LIMIT: DEFAULT_LIMIT, **asked, **sent})
        return Call("GET", f"/v1/triggers/{quote(key)}", query=query)

    def call_of(self, address: str) -> Call:
        """Return the call to make of a resource. Raises NoSuchTrigger."""
        return self.call({TRIGGER: address.removeprefix(ADDRESS)})

    def _description(self) -> str:
        lines = [self._line(key, each) for key, each in self.triggers.items()]
        return (
            "Answers what has happened, newest first; with `after`, oldest first. Costs no call to"
            " ReturnGO as long as what was read is fresh. Triggers, each with its filters:\n"
            + "\n".join(lines)
        )

    def _line(self, key: str, described: Mapping[str, Any]) -> str:
        common = json_schema(TriggerCall)["properties"]
        filters = [name for name in described["input_schema"]["properties"] if name not in common]
        told = f" ({', '.join(filters)})" if filters else ""
        return f"- {key}: {_first_line(described).removeprefix('Triggers ')}{told}"


def _first_line(described: Mapping[str, Any]) -> str:
    return str(described["description"]).splitlines()[0]
