"""Links to a customer's returns: theirs alone, for a time, with nothing of them in clear."""

import base64
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.storefront.conftest import Shop


def link(shop: Shop, customer: str, **fields: object) -> str:
    body = {"customer_id": customer, **fields}
    answer = shop.bridge.call("POST", "/v1/customer-links", json=body)
    assert answer.status_code == 201, answer.text
    return parse_qs(urlsplit(str((answer.json or {})["url"])).query)["token"][0]


def test_a_link_opens_its_customers_returns_and_nobody_elses(shop: Shop) -> None:
    mine, my_rma = shop.customer()
    _, other_rma = shop.customer()
    before = len(shop.bridge.calls())
    token = link(shop, mine)
    assert len(shop.bridge.calls()) == before

    page = shop.send("", [("token", token)])

    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert my_rma in page.text
    assert other_rma not in page.text
    assert f"/storefront/returns/{my_rma}?token={token}" in page.text
    assert shop.send(f"/{my_rma}", [("token", token)]).status_code == 200
    assert shop.send(f"/{other_rma}", [("token", token)]).status_code == 404


def test_a_link_names_no_one_in_clear(shop: Shop) -> None:
    token = link(shop, "6512044310583")

    sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert b"6512044310583" not in sealed
    assert b"myshopify" not in sealed


def test_a_link_expires(shop: Shop) -> None:
    token = link(shop, "6512044310583", days=1)
    shop.bridge.clock.advance(timedelta(days=1) - timedelta(seconds=1))
    assert shop.send("", [("token", token)]).status_code == 200

    shop.bridge.clock.advance(timedelta(seconds=1))

    assert shop.send("", [("token", token)]).status_code == 403


@pytest.mark.parametrize("token", ["", "x", "é", "A" * 2000, "AgAB"])
def test_what_is_no_link_is_refused_for_no_call(shop: Shop, token: str) -> None:
    before = len(shop.bridge.calls())

    assert shop.send("", [("token", token)]).status_code == 403
    assert len(shop.bridge.calls()) == before


def test_a_changed_link_is_refused(shop: Shop) -> None:
    token = link(shop, "6512044310583")
    changed = token[:40] + ("A" if token[40] != "A" else "B") + token[41:]

    assert shop.send("", [("token", changed)]).status_code == 403
