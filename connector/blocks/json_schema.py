"""The JSON Schema (2020-12) of a marshmallow schema: the same that OpenAPI 3.1 shows."""

from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OPENAPI_VERSION = "3.1.0"


@cache
def json_schema(schema: type[Schema]) -> dict[str, Any]:
    """Return the JSON Schema of one object of `schema`, nested ones inlined."""
    plugin = MarshmallowPlugin(schema_name_resolver=_inline)
    APISpec(title="", version="", openapi_version=OPENAPI_VERSION, plugins=[plugin])
    converter: Any = plugin.converter
    return {"$schema": DIALECT, **converter.schema2jsonschema(schema())}


def _inline(_: type[Schema]) -> str:
    """Give no schema a name, so that each stands where it is used."""
    return ""
