#!/usr/bin/env bash
# openapi-python-client 0.29.1: where a body may be JSON or a form of one schema, the client sends each as a form.
#
# An operation may declare several media types of one schema. The generated code chooses by the class of what it is
# given, and both have the same class: it fills in the JSON body, then the form's too, and marks the request as a form.
# A caller cannot ask for JSON. One would expect the first that is declared.
#
# Seen: {'json', 'data'} are both filled in, and the type is application/x-www-form-urlencoded.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check openapi-python-client==0.29.1
cd "$folder"
cat > openapi.yaml <<'YAML'
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /pay:
    post:
      operationId: pay
      parameters: [{name: note, in: query, schema: {type: string}}]
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: "#/components/schemas/Payment"}}
          application/x-www-form-urlencoded: {schema: {$ref: "#/components/schemas/Payment"}}
      responses: {"204": {description: paid}}
components:
  schemas:
    Payment: {type: object, properties: {amount: {type: string}}}
YAML
echo "post_hooks: []" > config.yaml
venv/bin/openapi-python-client generate --path openapi.yaml --config config.yaml --meta none --output-path client
venv/bin/python - <<'PY'
from client.api.default.pay import _get_kwargs
from client.models import Payment

sent = _get_kwargs(body=Payment(amount="10.00"))
print(sent)
assert {"json", "data"} <= sent.keys(), "only one body is filled in now"
assert sent["headers"]["Content-Type"] == "application/x-www-form-urlencoded", "it is JSON now"
PY
