import pytest

from connector.sandbox.app import create_app
from tests.sandbox.client import DEMO, OTHER, OUTLET, Caller, Time, refused


@pytest.mark.parametrize("key", [None, "", "wrong"])
def test_an_unknown_key_is_401(api: Caller, key: str | None) -> None:
    api.key = key
    assert api.refusal("/rmas", pagesize=1) == 401


def test_the_gateway_may_forbid_an_unknown_key_instead(time: Time) -> None:
    caller = Caller(create_app(now=time.now, gateway_forbidden=True, empty=True), key="wrong")
    response = caller.get("/rmas")
    assert response.status_code == 403
    assert response.json == {"message": "Forbidden"}


@pytest.mark.parametrize("shop", [None, "", OTHER, "nowhere.myshopify.com"])
def test_a_shop_that_is_not_the_keys_is_403(api: Caller, shop: str | None) -> None:
    api.shop = shop
    assert api.refusal("/rmas", pagesize=1) == 403


@pytest.mark.parametrize("portal", ["", "Wholesale", "a b@c"])
def test_a_shops_portal_shows_the_shop_and_is_recorded(api: Caller, portal: str) -> None:
    everything = api.ids("/rmas")
    api.shop = f"{DEMO}@{portal}"
    if not portal:
        assert api.refusal("/rmas", pagesize=1) == 403
        return
    assert api.ids("/rmas") == everything
    assert api.calls()[-1]["shop"] == f"{DEMO}@{portal}"
    api.shop = f"nowhere.myshopify.com@{portal}"
    assert api.refusal("/rmas", pagesize=1) == 403


def test_one_key_serves_all_shops_of_its_owner(api: Caller) -> None:
    demo = api.ids("/rmas")
    api.shop = OUTLET
    outlet = api.ids("/rmas")
    assert demo
    assert outlet
    assert not set(demo) & set(outlet)


@pytest.mark.parametrize("other_shop", [OUTLET, OTHER])
def test_what_another_shop_owns_looks_like_what_nobody_owns(api: Caller, other_shop: str) -> None:
    theirs = api.control("rmas", shop=other_shop)
    refund = api.control("transactions", shop=other_shop)
    rma = theirs["rmaSummary"]["rmaId"]
    shipment = theirs["shipments"][0]["shipmentId"]
    for method, foreign, unknown, body in (
        ("GET", f"/rma/{rma}", "/rma/1", None),
        ("PUT", f"/rma/{rma}/status", "/rma/1/status", {"status": "Approved"}),
        ("POST", f"/rma/{rma}/comment", "/rma/1/comment", {"htmlText": "x"}),
        ("PUT", f"/shipment/{shipment}", "/shipment/1", {}),
        ("DELETE", f"/shipment/{shipment}", "/shipment/1", None),
        ("PUT", f"/transaction/{refund['id']}", "/transaction/1", {}),
    ):
        answers = [api.call(method, path, body) for path in (foreign, unknown)]
        assert [refused(each) for each in answers] == [404, 404]
        assert answers[0].data == answers[1].data
    assert not any(call["applied"] for call in api.calls())


def test_a_spent_day_is_refused_until_midnight_utc(api: Caller, time: Time) -> None:
    api.control("limits", daily=2)
    assert [api.get("/webhooks").status_code for _ in range(3)] == [200, 200, 429]
    response = api.get("/webhooks")
    assert response.json == {"message": "Limit Exceeded"}
    assert "Retry-After" not in response.headers
    time.forward(hours=11, minutes=59, seconds=59)
    assert api.get("/webhooks").status_code == 429
    time.forward(seconds=1)
    assert api.get("/webhooks").status_code == 200


def test_five_a_second_over_a_sliding_window(time: Time) -> None:
    api = Caller(create_app(now=time.now, empty=True))
    time.forward(milliseconds=600)
    assert {api.get("/webhooks").status_code for _ in range(5)} == {200}
    time.forward(milliseconds=900)
    response = api.get("/webhooks")
    assert response.status_code == 429
    assert response.json == {"message": "Too Many Requests"}
    assert "Retry-After" not in response.headers
    time.forward(milliseconds=100)
    assert api.get("/webhooks").status_code == 200


def test_a_clock_set_back_frees_the_second(time: Time) -> None:
    api = Caller(create_app(now=time.now, empty=True, second_limit=1))
    assert api.get("/webhooks").status_code == 200
    time.forward(minutes=-10)
    assert api.get("/webhooks").status_code == 200


def test_the_default_day_has_2000_calls(time: Time) -> None:
    api = Caller(create_app(now=time.now, empty=True))
    assert api.control("limits") == {
        "daily": 2000,
        "second": 5,
        "used": {"demo-key": 0, "other-key": 0},
    }


def test_each_key_has_limits_of_its_own(api: Caller, stranger: Caller) -> None:
    api.control("limits", daily=1)
    assert api.get("/webhooks").status_code == 200
    assert api.get("/webhooks").status_code == 429
    assert stranger.get("/webhooks").status_code == 200


def used(api: Caller) -> int:
    count: int = api.control("limits")["used"]["demo-key"]
    return count


def test_refused_keys_unknown_paths_and_429s_do_not_count(api: Caller) -> None:
    Caller(api.app, key="wrong").get("/webhooks")
    api.get("/nowhere")
    api.control("limits", second=0)
    assert api.get("/webhooks").status_code == 429
    api.control("limits", second=10, daily=0)
    assert api.get("/webhooks").status_code == 429
    assert used(api) == 0


def test_calls_that_the_gateway_let_through_count(api: Caller) -> None:
    for response in (
        api.get("/webhooks"),
        api.get("/rmas"),
        api.get("/rma/1"),
        Caller(api.app, shop=OTHER).get("/webhooks"),
    ):
        assert response.status_code != 429
    assert used(api) == 4


def test_both_shops_of_an_owner_spend_one_quota(api: Caller) -> None:
    for shop in (DEMO, OUTLET):
        Caller(api.app, shop=shop).get("/webhooks")
    assert used(api) == 2
