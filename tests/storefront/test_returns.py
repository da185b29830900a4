"""A customer's returns on the shop's page: theirs, nobody else's, and for next to no calls."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import simplejson

from connector.connections import Connections
from connector.store import StoreUnavailable
from connector.storefront.signature import sign
from tests.storefront.conftest import SECRET, Shop


def test_a_customer_sees_their_own_returns_and_nobody_elses(shop: Shop) -> None:
    mine, my_rma = shop.customer()
    other, other_rma = shop.customer()

    page = shop.visit(customer=mine)

    assert page.status_code == 200
    assert page.content_type == "application/liquid; charset=utf-8"
    assert my_rma in page.text
    assert other_rma not in page.text
    assert mine != other
    assert "<html" not in page.text


def test_another_customers_return_is_not_found(shop: Shop) -> None:
    mine, my_rma = shop.customer()
    _, other_rma = shop.customer()

    assert shop.visit(f"/{my_rma}", mine).status_code == 200
    missing = shop.visit(f"/{other_rma}", mine)
    assert missing.status_code == 404
    assert missing.text == shop.visit("/99999999999", mine).text


def test_a_return_is_told_without_what_is_said_inside(shop: Shop) -> None:
    mine, rma_id = shop.customer()
    shop.bridge.act("add_rma_comment", {"rma_id": rma_id, "text": "Watch this customer"})

    told = simplejson.loads(shop.visit(f"/{rma_id}", mine, format="json").data)["return"]

    assert set(told) == {
        *("rma_id", "rma_number", "order_name", "status", "created_at", "currency"),
        *("items", "parcels", "refunds", "timeline"),
    }
    assert told["rma_id"] == rma_id
    assert [each["name"] for each in told["timeline"]][:1] == ["RMA_CREATED"]
    for form in ("json", "html", "liquid"):
        page = shop.visit(f"/{rma_id}", mine, format=form)
        assert page.status_code == 200
        assert "Watch this" not in page.text


def test_a_visitor_who_is_not_logged_in_gets_a_friendly_page_for_no_call(shop: Shop) -> None:
    _, rma_id = shop.customer()
    before = len(shop.bridge.calls())

    for path in ("", f"/{rma_id}"):
        page = shop.visit(path)
        assert page.status_code == 200
        assert "Please log in" in page.text

    assert len(shop.bridge.calls()) == before


def test_a_crawler_costs_no_call(shop: Shop) -> None:
    mine, rma_id = shop.customer()
    before = len(shop.bridge.calls())
    pairs = shop.pairs(mine)
    good = ("signature", sign(pairs, SECRET))

    refused = [
        shop.send("", []),
        shop.send(f"/{rma_id}", pairs),
        shop.send("", [*pairs, ("signature", "0" * 64)]),
        shop.send("", [*pairs, good, good]),
        shop.send("", [*pairs, ("extra", "1"), good]),
        shop.send(
            "",
            [(name, "1" if name == "logged_in_customer_id" else value) for name, value in pairs]
            + [good],
        ),
        shop.send("", [*pairs, ("shop", "other.myshopify.com"), good]),
    ]

    assert {each.status_code for each in refused} == {403}
    assert len(shop.bridge.calls()) == before


def test_a_request_of_before_is_not_taken_again(shop: Shop) -> None:
    mine, _ = shop.customer()
    pairs = shop.pairs(mine)
    signed = [*pairs, ("signature", sign(pairs, SECRET))]
    assert shop.send("", signed).status_code == 200

    shop.bridge.clock.advance(timedelta(seconds=91))

    assert shop.send("", signed).status_code == 403


def test_what_was_found_is_shown_for_minutes(shop: Shop) -> None:
    mine, rma_id = shop.customer()
    before = len(shop.bridge.calls())

    for _ in range(5):
        shop.visit(customer=mine)
        shop.visit(f"/{rma_id}", mine)
    assert len(shop.bridge.calls()) - before == 2

    shop.bridge.clock.advance(timedelta(seconds=600))
    shop.visit(customer=mine)
    assert len(shop.bridge.calls()) - before == 3


def test_a_thousand_customers_cost_a_hundred_calls_at_most(shop: Shop) -> None:
    before = len(shop.bridge.calls())

    pages = [shop.visit(customer=str(1_000 + number)) for number in range(1_000)]

    assert len(shop.bridge.calls()) - before <= 100
    assert {each.status_code for each in pages} == {200, 503}
    assert "try again later" in pages[-1].text
    assert pages[-1].headers["Retry-After"]
    assert shop.bridge.get("/v1/actions/list_rmas").status_code == 200  # theirs are left


@pytest.mark.parametrize(
    ("query", "headers", "title"),
    [
        ({}, {}, "Your returns"),
        ({"locale": "de-CH"}, {}, "Ihre Rücksendungen"),
        ({}, {"Accept-Language": "fr-FR, en;q=0.5"}, "Vos retours"),
        ({"locale": "xx"}, {}, "Your returns"),
    ],
)
def test_it_speaks_the_shops_language(
    shop: Shop, query: dict[str, str], headers: dict[str, str], title: str
) -> None:
    pairs = shop.pairs(**query)
    page = shop.send("", [*pairs, ("signature", sign(pairs, SECRET))], headers=headers)

    assert title in page.text


def test_a_name_cannot_be_a_part_of_shopifys_template(shop: Shop) -> None:
    mine, rma_id = shop.customer(order_name="{{ shop.secret }}{% layout none %}")

    page = shop.visit(customer=mine)

    assert rma_id in page.text
    assert not re.search(r"[{}]", page.text)


def test_a_page_of_its_own_has_a_policy(open_shop: Callable[..., Shop]) -> None:
    shop = open_shop(storefront_stylesheet="https://cdn.example.com/own.css")

    page = shop.visit(format="html")

    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src")
    assert "https://cdn.example.com" in page.headers["Content-Security-Policy"]
    assert '<link rel="stylesheet" href="https://cdn.example.com/own.css">' in page.text
    assert page.text.startswith("<!doctype html>")
    sheet = shop.send("/returns.css", [])
    assert sheet.status_code == 200
    assert sheet.content_type == "text/css; charset=utf-8"


def test_a_shop_that_cannot_be_looked_up_is_asked_to_come_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Connections) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(Connections, "all", fail)
    answer = shop.visit(customer="6512044310583")
    assert (answer.status_code, answer.mimetype) == (503, "text/plain")
    assert answer.headers["Retry-After"] == "600"
    assert "later" in answer.text
