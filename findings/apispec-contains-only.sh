#!/usr/bin/env bash
# apispec 6.10.1 with marshmallow 4.4.0: the words that a list may hold are written as those that the list may be.
#
# fields.List(fields.String(), validate=ContainsOnly(["a", "b"])) takes ["a", "b"]. The schema that apispec writes
# has the enum beside "type": "array" instead of inside "items": by it, the value must be "a" or "b", and at the same
# time an array, so that no list at all is valid.
#
# Seen: {'type': 'array', 'items': {'type': 'string'}, 'enum': ['a', 'b']}; jsonschema 4.26.0 refuses ["a", "b"].
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  apispec==6.10.1 marshmallow==4.4.0 jsonschema==4.26.0
"$folder/venv/bin/python" - <<'PY'
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from jsonschema import Draft202012Validator
from marshmallow import Schema, fields, validate


class Filter(Schema):
    words = fields.List(fields.String(), validate=validate.ContainsOnly(["a", "b"]))


plugin = MarshmallowPlugin()
APISpec("t", "1", "3.1.0", plugins=[plugin])
described = plugin.converter.schema2jsonschema(Filter)["properties"]["words"]
print(described)
assert described == {"type": "array", "items": {"type": "string"}, "enum": ["a", "b"]}, "changed"
assert Filter().load({"words": ["a", "b"]}) == {"words": ["a", "b"]}
refused = [error.message for error in Draft202012Validator(described).iter_errors(["a", "b"])]
print(refused)
assert refused, "the published schema takes the list now"
PY
