"""What is somebody else's is answered as what does not exist."""

import pytest

from tests.web.answers import good, problem
from tests.web.conftest import Bridge
from tests.web.test_document import OPERATIONS


@pytest.mark.parametrize("call", OPERATIONS, ids=" ".join)
def test_an_unknown_token_learns_nothing_of_any_route(bridge: Bridge, call: tuple[str, str]):
    method, path = call
    for query in ({}, {"shop": "other.myshopify.com"}, {"after": "rma:1:created"}, {"typo": "1"}):
        answer = bridge.call(method, path, token="unknown", query_string=query)
        assert problem(answer, 401)["detail"] == "The bridge token is not right."
    assert bridge.calls() == []


def test_a_foreign_event_id_is_answered_as_one_that_does_not_exist(bridge: Bridge):
    bridge.new_rma(shop="outlet.myshopify.com")
    (event,) = good(bridge.get("/v1/triggers/new_rma"))
    own = {"x-api-key": "demo-key", "x-shop-name": "demo.myshopify.com"}
    details = [
        problem(bridge.get(f"/v1/triggers/new_rma?{way}={cursor}", token=None, headers=own), 422)[
            "detail"
        ]
        for way in ("after", "before")
        for cursor in (event["id"], "rma:1:created")
    ]
    assert details[0] == details[1]
    assert details[2] == details[3]
