"""Bodies that only a real server meets."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from tests.processes import TOKEN, Bridge

SPACES = b" " * 2_000_000


@pytest.mark.parametrize(
    ("chunks", "status"),
    [
        (b"zz\r\n", 400),
        (b"%x\r\n%s\r\n0\r\n\r\n" % (len(SPACES), SPACES), 413),
    ],
    ids=["malformed", "too large"],
)
def test_a_bad_chunked_body_is_the_callers_problem(real_bridge: Bridge, chunks: bytes, status: int):
    address = urlsplit(real_bridge.url)
    assert address.hostname
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
    connection.putrequest("POST", "/v1/actions/update_rma_status")
    connection.putheader("Authorization", f"Bearer {TOKEN}")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    connection.send(chunks)
    answer = connection.getresponse()
    problem = json.loads(answer.read())
    connection.close()
    assert (answer.status, problem["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"
