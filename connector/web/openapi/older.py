"""The document as OpenAPI 3.0, for tools that cannot read 3.1 (OpenAPI 3.0.3)."""

from collections.abc import Mapping
from typing import Any

VERSION_3_0 = "3.0.3"
NULL = "null"
LICENSE = {"name": "MIT", "url": "https://opensource.org/license/mit"}
EXAMPLES = ("example", "examples")
OF_MANY = {"anyOf", "oneOf", "allOf"}
OF_ONE = {"items", "additionalProperties", "not"}
ENDS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def in_version_3_0(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same document in the words of OpenAPI 3.0."""
    older: dict[str, Any] = _rewrite(document)
    schemas = document["components"]["schemas"]
    return {
        **older,
        "openapi": VERSION_3_0,
        "info": {**document["info"], "license": LICENSE},
        "components": {
            **older["components"],
            "schemas": {name: _schema(each) for name, each in schemas.items()},
        },
    }


def _rewrite(part: Any) -> Any:
    """Rewrite each schema within a part of the document that is none itself."""
    if isinstance(part, Mapping):
        return {
            name: _schema(each)
            if name == "schema"
            else each
            if name in EXAMPLES
            else _rewrite(each)
            for name, each in part.items()
        }
    return [_rewrite(each) for each in part] if isinstance(part, list) else part


def _schema(schema: Any) -> Any:
    if not isinstance(schema, Mapping):
        return schema  # true or false
    if "$ref" in schema and len(schema) > 1:  # nothing may stand beside one
        beside = {name: each for name, each in schema.items() if name != "$ref"}
        return _schema({"allOf": [{"$ref": schema["$ref"]}], **beside})
    return _typed(_worded(_within(schema)))


def _within(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Rewrite the schemas that stand within one."""
    older = dict(schema)
    for name in older.keys() & OF_ONE:
        older[name] = _schema(older[name])
    for name in older.keys() & OF_MANY:
        choices = [_schema(each) for each in older.pop(name) if each != {"type": NULL}]
        if len(choices) < len(schema[name]):  # an object that may be missing
            older.update(type="object", nullable=True)
        older["allOf" if len(choices) == 1 else name] = choices
    if "properties" in older:
        older["properties"] = {name: _schema(each) for name, each in schema["properties"].items()}
    return older


def _worded(schema: dict[str, Any]) -> dict[str, Any]:
    """Say what has another word: the first example, the only choice, an end that is left out."""
    if "examples" in schema:
        schema["example"] = schema.pop("examples")[0]
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    for name in schema.keys() & ENDS.keys():
        schema[ENDS[name]] = schema[name]
        schema[name] = True
    return schema


def _typed(schema: dict[str, Any]) -> dict[str, Any]:
    """Say in one word what type there is, and beside it whether there may be none."""
    types = schema.get("type")
    if not isinstance(types, list):
        return schema
    words = [each for each in types if each != NULL]
    rest = {name: each for name, each in schema.items() if name != "type"}
    may_be_null = {"nullable": True} if NULL in types else {}
    if len(words) == 1:
        return {"type": words[0], **rest, **may_be_null}
    return {"anyOf": [{"type": each} for each in words], **rest, **may_be_null}
