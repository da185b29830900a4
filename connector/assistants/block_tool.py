"""A tool of an action or a search, made of the bridge's own description of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import simplejson
from mcp import types

from connector.assistants.bridge_calls import Call
from connector.assistants.input_schema import input_schema

CONFIRM = "confirm"
KEY = "idempotency_key"
KEY_FIELD = {
    "type": "string",
    "description": "Names this deed: under the same key it is done once. Left out, the server makes"
    " one, the same for the same arguments within ten minutes.",
}
# docs/assumptions.md is for people who look after the bridge
ASSUMED = "\n\nAssumed of ReturnGO"


class Unconfirmed(Exception):
    """What needs a person's word was asked for without it."""


@dataclass(frozen=True)
class BlockTool:
    """A tool; `described` is the block's entry in the bridge's catalogue."""

    described: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What it is called by."""
        return str(self.described["key"])

    @property
    def is_action(self) -> bool:
        """Whether it needs the scope of actions, and is recorded as a deed."""
        return bool(self.described["sort"] == "action")

    @property
    def adds(self) -> bool:
        """Whether doing it twice makes two."""
        return bool(self.described["effect"] == "add")

    def listed(self) -> types.Tool:
        """Describe it to a client."""
        changes, asks = self.described["changes"], self.described["confirms"]
        return types.Tool(
            name=self.name,
            title=self.described["label"],
            description=self._description(),
            input_schema=self._input_schema(),
            annotations=types.ToolAnnotations(
                read_only_hint=not changes,
                # what adds takes nothing away; of what needs a word, one had better think so
                destructive_hint=changes and (not self.adds or bool(asks)),
                idempotent_hint=changes,
                open_world_hint=True,
            ),
        )

    def call(self, arguments: Mapping[str, Any], new_key: Callable[[bool], str]) -> Call:
        """Return the call to make of it; `new_key` makes a key, of whether twice makes two.

        Raises Unconfirmed.
        """
        path = f"/v1/actions/{quote(self.name)}"
        if not self.is_action:
            return Call("GET", path, query=query_of(arguments))
        sent = dict(arguments)
        if self.described["confirms"] and sent.pop(CONFIRM, None) is not True:
            raise Unconfirmed(
                f"{self.described['label']} was not done. {self.described['confirms']} Tell the"
                " person whom you work for what you are about to do, and only where they agree,"
                f" ask again with `{CONFIRM}`: true."
            )
        if not self.described["changes"]:
            return Call("POST", path, body=sent)  # what only reads is read anew each time
        # one that is named by the client has to be known, too: another deed lies between two others
        made = new_key(self.adds)
        named = sent.pop(KEY, None)
        return Call("POST", path, body=sent, key=made if named in (None, "") else str(named))

    def _description(self) -> str:
        words = str(self.described["description"]).partition(ASSUMED)[0]
        if self.is_action:
            return words
        return f"{words}\n\nAnswers a list, best match first; empty: nothing was found."

    def _input_schema(self) -> dict[str, Any]:
        asks = self.described["confirms"]
        schema = input_schema(
            self.described["input_schema"],
            {
                **({KEY: KEY_FIELD} if self.is_action else {}),
                **({CONFIRM: _confirm_field(asks)} if asks else {}),
            },
        )
        if asks:
            schema["required"] = [*schema.get("required", ()), CONFIRM]
        return schema


def query_of(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Write arguments as an address has them: comma lists, and no word for what is not there."""
    return {name: _as_text(value) for name, value in arguments.items() if value is not None}


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(map(_as_text, value))
    return simplejson.dumps(value)


def _confirm_field(asks: str) -> dict[str, Any]:
    return {
        "type": "boolean",
        "description": f"true, once a person has agreed to just this. {asks}",
    }
