"""Requests that only a real server meets, written by hand: no client would send most of them.

What gunicorn cannot take for a request at all (two lengths, a line of more than 4094 bytes, headers
that are too many or none) it answers itself, before the bridge: with its own status and page.
"""

import json
import socket
from urllib.parse import urlsplit

from tests.processes import TOKEN, Bridge

ACTION = "/v1/actions/update_rma_status"
GOOD = b'{"rma_id": "1", "status": "Approved"}'
SPACES = b" " * 2_000_000


def head(method: str, path: str, *headers: str) -> bytes:
    lines = (f"{method} {path} HTTP/1.1", "Host: bridge.example.com", "Connection: close", *headers)
    return "\r\n".join([*lines, f"Authorization: Bearer {TOKEN}", "", ""]).encode("latin-1")


def post(body: bytes, *headers: str) -> bytes:
    length = f"Content-Length: {len(body)}"
    return head("POST", ACTION, "Content-Type: application/json", length, *headers) + body


def chunked(chunks: bytes) -> bytes:
    kind = "Content-Type: application/json"
    return head("POST", ACTION, kind, "Transfer-Encoding: chunked") + chunks


def answer_to(bridge: Bridge, request: bytes) -> tuple[int, bytes, bytes]:
    """Send a request as it stands; answer the status, the headers and the body."""
    address = urlsplit(bridge.url)
    with socket.create_connection((address.hostname, address.port or 80), timeout=10) as line:
        try:
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # a refusal may come before all is sent
        received = b""
        try:
            while part := line.recv(65_536):
                received += part
        except ConnectionResetError:
            pass
    headers, _, body = received.partition(b"\r\n\r\n")
    return int(headers.split(b" ", 2)[1]), headers, body


REFUSED = {
    "10 MB": (post(b'{"rma_id": "' + b"1" * 10_000_000 + b'"}'), 413),
    "10,000 deep": (post(b"[" * 10_000 + b"]" * 10_000), 400),
    "a NUL": (post(b'{"rma_id": "1\x00"}'), 400),
    "a written NUL": (post(b'{"rma_id": "1\\u0000"}'), 422),
    "UTF-16": (post(GOOD.decode().encode("utf-16")), 400),
    "Latin-1": (post('{"rma_id": "é"}'.encode("latin-1")), 400),
    "BOM": (post(b"\xef\xbb\xbf" + GOOD), 404),  # forgiven: only the RMA is not there
    "2^63": (post(b'{"rma_id": %d, "status": "Approved"}' % 2**63), 422),
    "10^400": (post(b'{"rma_id": 1%s, "status": "Approved"}' % (b"0" * 400)), 422),
    "10^5000": (post(b'{"rma_id": 1%s, "status": "Approved"}' % (b"0" * 5000)), 400),
    "1e999999999": (post(b'{"rma_id": 1e999999999, "status": "Approved"}'), 400),
    "1e99999999999999999999": (post(b'{"rma_id": 1e99999999999999999999}'), 400),
    "NaN": (post(b'{"rma_id": NaN}'), 400),
    "Infinity": (post(b'{"rma_id": -Infinity}'), 400),
    "a name twice": (post(b'{"rma_id": "1", "status": "Approved", "status": "Done"}'), 422),
    "cut short": (head("POST", ACTION, "Content-Length: 200") + b"{}", 400),
    "malformed chunks": (chunked(b"zz\r\n"), 400),
    "large chunks": (chunked(b"%x\r\n%s\r\n0\r\n\r\n" % (len(SPACES), SPACES)), 413),
    "a parameter twice": (head("GET", "/v1/triggers/new_rma?limit=1&limit=2"), 422),
    "many parameters": (head("GET", "/v1/me?" + "&".join(f"a{n}=1" for n in range(500))), 422),
    "two tokens": (head("GET", "/v1/me", "Authorization: Bearer another"), 401),
    "a line break in a value": (head("GET", "/v1/me?shop=a%0d%0aSet-Cookie:%20b=c"), 403),
    "a key that is no ASCII": (post(GOOD, "Idempotency-Key: \xe9\tb"), 404),
    "no UTF-8 in the path": (head("GET", "/v1/%ff%00"), 404),
    "a long address": (head("GET", f"/v1/me?shop={'a' * 3000}"), 403),
    "an unknown method": (head("BREW", "/v1/me"), 405),
}
BEFORE_THE_BRIDGE = {
    "an endless address": (head("GET", f"/v1/me?shop={'a' * 100_000}"), 414),
    "an endless header": (head("GET", "/v1/me", f"X-Long: {'a' * 10_000}"), 431),
    "two lengths": (post(GOOD, "Content-Length: 2"), 400),
    "two types": (post(GOOD, "Content-Type: text/plain"), 400),
    "a NUL in a header": (head("GET", "/v1/me", "X-Nul: a\0b"), 400),
}


def test_whatever_arrives_is_the_callers_problem(real_bridge: Bridge):
    for name, (request, status) in REFUSED.items():
        found, headers, body = answer_to(real_bridge, request)
        assert found == status, name
        assert b"Content-Type: application/problem+json" in headers, name
        assert b"Set-Cookie" not in headers
        assert json.loads(body)["status"] == status
        assert len(body) < 10_000, name
    for name, (request, status) in BEFORE_THE_BRIDGE.items():
        assert answer_to(real_bridge, request)[0] == status, name
    assert "Traceback" not in "".join(real_bridge.log)
    assert real_bridge.call("GET", "/v1/me").status_code == 200


def test_a_request_says_neither_what_its_path_is_nor_how_it_came(real_bridge: Bridge):
    """Proxies hand on what clients say of themselves; gunicorn believes proxies of its machine."""
    said = ("SCRIPT_NAME: /docs", "X-Forwarded-Proto: https", "X-Forwarded-Ssl: on")
    status, headers, _ = answer_to(real_bridge, head("GET", "/docs", *said))
    assert (status, f"Location: {real_bridge.url}/docs/".encode() in headers) == (308, True)
