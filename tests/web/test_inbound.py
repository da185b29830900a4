"""ReturnGO's webhooks arrive at an address that is a secret; nothing that they say is trusted."""

import pytest
from sqlalchemy import select

from connector.connections.connections import OPERATOR
from connector.feed.hints.hints import MOMENT
from connector.store.tables import hint
from tests.processes import SHOPS
from tests.web.conftest import Bridge


@pytest.fixture
def address(bridge):
    return f"/v1/inbound/{bridge.rules.inboxes.secret(OPERATOR, SHOPS[0])}"


def hints(bridge: Bridge) -> list[tuple[str, ...]]:
    with bridge.rules.store.read() as database:
        rows = database.execute(select(hint.c.shop, hint.c.about, hint.c.resource_id))
        return [tuple(row) for row in rows]


def test_a_webhook_is_kept_and_no_call_is_made_for_its_answer(bridge, address):
    answer = bridge.call(
        "POST", address, token=None, json={"eventName": "RMA_CREATED", "rmaId": 5, "shop": "x"}
    )
    assert answer.status_code == 202
    assert bridge.calls() == []
    assert hints(bridge) == [(SHOPS[0], "rma", "5")]


def test_what_it_says_of_the_thing_is_not_believed(bridge, address):
    rma_id = bridge.new_rma()
    bridge.get("/v1/triggers/rma_status_changed")
    bridge.call(
        "POST",
        address,
        token=None,
        json={"eventName": "RMA_STATUS_UPDATED", "rmaId": rma_id, "status": "Done"},
    )
    bridge.clock.advance(MOMENT)
    bridge.rules.feed.follow_up(bridge.rules.connections.by_id)
    assert bridge.get("/v1/triggers/rma_status_changed").json == []


@pytest.mark.parametrize("secret", ["", "x", "operator", "..", "%00", "a" * 5000])
def test_who_does_not_know_the_address_finds_nothing(bridge, secret):
    same = {"token": None, "headers": {"X-Request-Id": "the-same-for-both"}}
    unknown = bridge.call("POST", "/nothing/here", **same, json={})
    answer = bridge.call("POST", f"/v1/inbound/{secret}", **same, json={"rmaId": 5})
    assert answer.status_code == unknown.status_code == 404
    assert answer.json == unknown.json
    assert hints(bridge) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 202),
        (b"null", 202),
        (b'"text"', 202),
        (b"[]", 202),
        (b"{}", 202),
        (b'{"eventName": 5}', 202),
        (b'{"eventName": "NEWS", "rmaId": {"rmaId": [[]]}}', 202),
        (b"not json", 400),
        (b"\xff\xfe\x00", 400),
        (b'{"a": 1, "a": 2}', 422),
        (b"[" * 5000 + b"]" * 5000, 400),
        (b'{"eventName": "' + b"x" * 2_000_000 + b'"}', 413),
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
def test_garbage_does_no_harm(bridge, address, body, status, content_type):
    answer = bridge.call("POST", address, token=None, data=body, content_type=content_type)
    assert answer.status_code == status


def test_the_secret_stands_in_no_log(bridge, address, log):
    for path in (address, f"{address}x", f"/{address}"):
        given = {"PATH_INFO": path}  # a client of tests reads two slashes as a host
        news = {"eventName": "NEWS"}
        bridge.call("POST", address, token=None, json=news, environ_overrides=given)
    bridge.get(address)
    text = str(log)
    assert "web.request" in text
    assert address.rpartition("/")[2] not in text
