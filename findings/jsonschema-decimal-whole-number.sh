#!/usr/bin/env bash
# jsonschema 4.26.0 with simplejson 4.3.0: exact numbers make 1.0 another kind of number.
#
# By JSON Schema (draft 6 and later) 1.0 is an integer, and jsonschema takes the float 1.0 for one. Who reads JSON with
# simplejson's use_decimal=True, so that money stays exact, hands it Decimal('1.0') instead: that is refused, though the
# document is the same. The type checker of the validator has to be told.
#
# Seen: the float is valid; "Decimal('1.0') is not of type 'integer'".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check jsonschema==4.26.0 simplejson==4.3.0
"$folder/venv/bin/python" - <<'PY'
import simplejson
from jsonschema import Draft202012Validator

whole = Draft202012Validator({"type": "integer"})
inexact, exact = simplejson.loads("1.0"), simplejson.loads("1.0", use_decimal=True)
found = [[error.message for error in whole.iter_errors(each)] for each in (inexact, exact)]
print(found)
assert found == [[], ["Decimal('1.0') is not of type 'integer'"]], "jsonschema reads it otherwise now"
PY
