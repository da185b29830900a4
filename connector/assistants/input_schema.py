"""The JSON Schema of a tool's arguments: the block's own, without words that only forms need."""

from collections.abc import Mapping
from typing import Any

# A title repeats the name, `x-…` is for the bridge's own exports, `raw` for developers.
FOR_FORMS = frozenset({"$schema", "title"})
FOR_DEVELOPERS = frozenset({"raw"})


def input_schema(
    published: Mapping[str, Any], instead: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, Any]:
    """Return what a model is shown of a `published` schema.

    Fields in `instead` are replaced by what stands there, or added.
    """
    shown = _shown(published)
    fields = {
        name: field
        for name, field in shown.get("properties", {}).items()
        if name not in FOR_DEVELOPERS
    }
    fields |= {name: dict(field) for name, field in (instead or {}).items()}
    return {**shown, "type": "object", "properties": fields}


def _shown(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        word: _part(word, value)
        for word, value in schema.items()
        if word not in FOR_FORMS and not word.startswith("x-")
    }


def _part(word: str, value: Any) -> Any:
    # the names of fields are no words of JSON Schema: one may be called `title`
    if word == "properties":
        return {name: _shown(field) for name, field in value.items()}
    if word == "items" and isinstance(value, Mapping):
        return _shown(value)
    return value
