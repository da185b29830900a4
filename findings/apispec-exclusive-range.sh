#!/usr/bin/env bash
# apispec 6.10.1 with marshmallow 4.4.0: a range that leaves its edge out is described as one that holds it.
#
# A field with validate.Range(min=0, min_inclusive=False) refuses 0. The schema that apispec writes for it, for
# OpenAPI 3.1 as for 3.0, says "minimum": 0, by which 0 is fine; JSON Schema's word is exclusiveMinimum. A client
# that checks its input by the document sends what the server then refuses.
#
# Seen: {'type': 'number', 'minimum': 0.0} for both versions, and marshmallow's refusal of 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check apispec==6.10.1 marshmallow==4.4.0
"$folder/venv/bin/python" - <<'PY'
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, ValidationError, fields, validate


class Payment(Schema):
    amount = fields.Float(validate=validate.Range(min=0, min_inclusive=False))


for version in ("3.0.3", "3.1.0"):
    plugin = MarshmallowPlugin()
    APISpec("t", "1", version, plugins=[plugin])
    described = plugin.converter.schema2jsonschema(Payment)["properties"]["amount"]
    print(version, described)
    assert described == {"type": "number", "minimum": 0}, "the description has changed"
try:
    Payment().load({"amount": 0})
except ValidationError as error:
    print("marshmallow:", error.messages)
else:
    raise SystemExit("marshmallow takes 0 now")
PY
