#!/usr/bin/env bash
# schemathesis 4.32.5 with pytest 9.1.1, Flask 3.1.3, hypothesis 6.170.15: the check `ignored_auth` calls a guarded operation anew
# without its credentials, and once more with wrong ones, for every answer that succeeds.
#
# `schemathesis run` remembers which operations have refused such a call and asks each once; a test that is made by
# `@schema.parametrize()` and calls `case.call_and_validate()` has no such memory. One who fuzzes from pytest makes up to three
# times the calls that the examples say, and finds the two added ones in no report.
#
# Seen: 10 good calls made 20 others from pytest; from the command line, 2.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  schemathesis==4.32.5 pytest==9.1.1 flask==3.1.3 hypothesis==6.170.15
cd "$folder"
cat > guarded.py <<'PY'
from collections import Counter

from flask import Flask, jsonify, request

app = Flask("guarded")
calls = Counter()


@app.get("/things")
def things():
    is_known = request.headers.get("Authorization") == "Bearer right"
    calls["good" if is_known else "refused"] += 1
    return (jsonify([]), 200) if is_known else (jsonify({}), 401)


@app.get("/calls")
def counted():
    return jsonify(calls)


DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "security": [{"token": []}],
    "paths": {
        "/things": {
            "get": {
                "parameters": [{"name": "n", "in": "query", "schema": {"type": "integer"}}],
                "responses": {"200": {"description": "well"}, "401": {"description": "no"}},
            }
        }
    },
}


@app.get("/openapi.json")
def document():
    return jsonify(DOCUMENT)
PY
cat > test_guarded.py <<'PY'
import schemathesis
from guarded import DOCUMENT, app, calls
from hypothesis import Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import ignored_auth

config = SchemathesisConfig.from_dict(
    {"generation": {"max-examples": 10, "deterministic": True, "mode": "positive"}, "phases": {"coverage": {"enabled": False}}}
)
schema = schemathesis.openapi.from_dict(DOCUMENT, config=config)
schema.app = app


@schema.parametrize()
@settings(phases=[Phase.generate], max_examples=10, derandomize=True)
def test_each(case):
    case.call_and_validate(headers={"Authorization": "Bearer right"}, checks=[ignored_auth])


def test_last():
    print("from pytest:", dict(calls))
    assert calls["good"] >= 5
    assert calls["refused"] == 2 * calls["good"], "it remembers now"
PY
"$folder/venv/bin/python" -m pytest -q -s test_guarded.py
cat > serve.py <<'PY'
import sys

from guarded import app
from werkzeug.serving import make_server

server = make_server("127.0.0.1", 0, app)
print(server.server_port, file=open("port", "w"), flush=True)
server.serve_forever()
PY
"$folder/venv/bin/python" serve.py 2>server.log &
server=$!
trap 'kill "$server"; rm -rf "$folder"' EXIT
until [ -s port ]; do sleep 0.1; done
address="http://127.0.0.1:$(cat port)"
"$folder/venv/bin/schemathesis" run "$address/openapi.json" --header "Authorization: Bearer right" \
  --checks ignored_auth --phases fuzzing --mode positive --max-examples 10 --include-path /things >run.log 2>&1 || { cat run.log; exit 1; }
"$folder/venv/bin/python" - "$address" <<'PY'
import json
import sys
import urllib.request

calls = json.load(urllib.request.urlopen(f"{sys.argv[1]}/calls", timeout=10))
print("from the command line:", calls)
assert calls["good"] >= 5
assert calls["refused"] == 2, "it asks as often as pytest now"
PY
