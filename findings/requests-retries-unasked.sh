#!/usr/bin/env bash
# requests 2.34.2 with urllib3 2.8.0: HTTPAdapter(max_retries=3) also repeats a call that was answered.
#
# The adapter's documentation says that retries apply to failed lookups, connections and time-outs, never to requests
# whose data has made it to the server. But an answer of 429 or 503 with the header Retry-After is asked for again, and
# the thread sleeps as long as the header says, between the tries. Where calls are counted, each try costs one. The same
# answer without Retry-After is handed out at once.
#
# Seen: with Retry-After four calls at the server, then its 503; without, one call and its 503.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check requests==2.34.2 urllib3==2.8.0
"$folder/venv/bin/python" - <<'PY'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests
from requests.adapters import HTTPAdapter

calls = []


class Busy(BaseHTTPRequestHandler):
    def do_GET(self):
        calls.append(self.path)
        self.send_response(503)
        if self.path == "/later":
            self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Busy)
threading.Thread(target=server.serve_forever, daemon=True).start()
session = requests.Session()
session.trust_env = False
session.mount("http://", HTTPAdapter(max_retries=3))
base = f"http://127.0.0.1:{server.server_port}"
told = session.get(f"{base}/later", timeout=5).status_code
plain = session.get(f"{base}/plain", timeout=5).status_code
print("with Retry-After:", calls.count("/later"), "calls,", told)
print("without:", calls.count("/plain"), "call,", plain)
assert (calls.count("/later"), told) == (4, 503), "it is not repeated as it was"
assert (calls.count("/plain"), plain) == (1, 503)
PY
