"""Examples in the document: with what a page or an importer fills an operation in, to be tried."""

from typing import Any

from apispec import BasePlugin
from marshmallow import Schema

from schemas.fields import sample_of

TRIES = "x-tries"


class FilledIn(BasePlugin):
    """Gives parameters the values as examples that an operation has under `x-tries`, by name.

    A page fills in what has an example of its own, beside its schema: so the others stay empty. It
    comes after the plugin that makes parameters of schemas.
    """

    def operation_helper(
        self, path: str | None = None, operations: dict[str, Any] | None = None, **_: Any
    ) -> None:
        """Move the values to where they belong."""
        del path
        for operation in (operations or {}).values():
            values = operation.pop(TRIES)
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in values:
                    parameter["example"] = values[parameter["name"]]


def needed(schema: type[Schema] | None) -> dict[str, Any]:
    """Return an example of each field that must be there."""
    if schema is None:
        return {}
    shape = schema()
    examples = sample_of(shape)
    return {name: examples[name] for name, field in shape.fields.items() if field.required}
