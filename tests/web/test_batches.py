from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connector.feed import Feed, NotReady
from connector.feed.polling import batch
from tests.following import Follower
from tests.processes import SHOPS
from tests.web.answers import faulty_fields, good
from tests.web.conftest import Bridge, Build
from tests.web.test_triggers import REFUND

BATCH = f"{REFUND}/batch"
DEMO, OUTLET = SHOPS


def following(bridge: Bridge, query: str = "", trigger: str = REFUND) -> Follower:
    """Follow a trigger from now on."""
    follower = Follower(f"{trigger}/batch{query}", bridge.get, lambda answer: answer.json)
    follower.call()
    return follower


def refunds(follower: Follower) -> list[str]:
    return [event["transaction_id"] for event in follower.taken]


def test_who_begins_is_told_nothing_and_where_to_go_on(bridge: Bridge) -> None:
    bridge.new_refund()
    good(bridge.get(REFUND))
    answer = bridge.get(BATCH)
    assert (answer.status_code, answer.data) == (202, b"")
    place = answer.headers["Location"].removeprefix(f"http://localhost{BATCH}?after=")
    assert int(place) > 0
    assert int(answer.headers["Retry-After"]) > 0


def test_where_nothing_happens_the_address_stays(bridge: Bridge) -> None:
    follower = following(bridge)
    first = follower.url
    follower.catch_up()
    bridge.later()
    follower.catch_up()
    assert (follower.url, follower.statuses) == (first, [202, 202, 202])


def test_an_empty_log_has_a_place_before_its_first_event(bridge: Bridge) -> None:
    follower = following(bridge)
    assert parse_qs(urlsplit(follower.url).query) == {"after": ["0"]}
    refund = bridge.new_refund()
    bridge.later()
    follower.catch_up()
    assert (refunds(follower), follower.statuses) == ([refund], [202, 200])


def test_news_comes_once_oldest_first_and_whole(bridge: Bridge) -> None:
    follower = following(bridge)
    made = [bridge.new_refund() for _ in range(3)]
    bridge.later()
    follower.catch_up()
    follower.catch_up()
    assert refunds(follower) == made
    assert follower.taken[::-1] == good(bridge.get(REFUND))


def test_a_burst_over_one_page_comes_at_once_page_by_page(bridge: Bridge) -> None:
    follower = following(bridge, "?limit=100")
    made = [bridge.new_refund() for _ in range(250)]
    bridge.later()
    follower.catch_up()
    assert refunds(follower) == made
    assert follower.statuses == [202, 200, 200, 200]
    assert [wait == 0 for wait in follower.waits] == [False, True, True, False]


def test_a_page_that_is_just_full_does_not_call_again_at_once(bridge: Bridge) -> None:
    follower = following(bridge, "?limit=2")
    made = [bridge.new_refund() for _ in range(2)]
    bridge.later()
    follower.catch_up()
    assert (refunds(follower), follower.statuses) == (made, [202, 200])


def test_several_shops_are_followed_as_one_and_one_by_itself(bridge: Bridge) -> None:
    both, one = following(bridge), following(bridge, f"?shop={OUTLET}")
    made = {shop: [bridge.new_refund(shop=shop) for _ in range(2)] for shop in SHOPS}
    bridge.later()
    for follower in (both, one):
        follower.catch_up()
    assert Counter(refunds(both)) == Counter([*made[DEMO], *made[OUTLET]])
    assert refunds(one) == made[OUTLET]


def test_filters_go_along_and_what_does_not_fit_is_left_behind(bridge: Bridge) -> None:
    follower = following(bridge, "?type=RefundToGiftCard&limit=1")
    bridge.new_refund(type="RefundToStoreCredit")
    bridge.later()
    before = follower.url
    follower.catch_up()
    assert follower.statuses == [202, 202]
    assert follower.url != before, "it need not be looked at again"
    gift = bridge.new_refund(type="RefundToGiftCard")
    bridge.later()
    follower.catch_up()
    assert refunds(follower) == [gift]
    assert "type=RefundToGiftCard&limit=1&after=" in follower.url


def test_a_filter_that_rarely_fits_takes_several_calls_and_misses_nothing(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MOST_LOOKED_AT", 3)
    follower = following(bridge, "?type=RefundToGiftCard")
    for _ in range(7):
        bridge.new_refund(type="RefundToStoreCredit")
    gift = bridge.new_refund(type="RefundToGiftCard")
    bridge.later()
    follower.catch_up()
    assert (refunds(follower), follower.statuses) == ([gift], [202, 202, 202, 200])


def test_another_trigger_may_be_followed_from_its_own_first_contact(bridge: Bridge) -> None:
    """What the first reading finds was there before."""
    bridge.new_rma()
    follower = following(bridge, trigger="/v1/triggers/new_rma")
    made = bridge.new_rma()
    bridge.later()
    follower.catch_up()
    assert [event["rma_id"] for event in follower.taken] == [made]


def test_while_a_shop_is_read_for_the_first_time_nothing_has_come(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_ready(*_: Any) -> Any:
        raise NotReady

    monkeypatch.setattr(Feed, "batch", not_ready)
    for query in ("", "?after=0&shop=demo.myshopify.com"):
        answer = bridge.get(f"{BATCH}{query}")
        assert (answer.status_code, answer.data) == (202, b"")
        assert answer.headers["Location"] == f"http://localhost{BATCH}{query}"
        assert int(answer.headers["Retry-After"]) == NotReady.retry_after


def test_a_place_that_the_log_has_not_reached_is_refused(bridge: Bridge) -> None:
    found = faulty_fields(bridge.get(f"{BATCH}?after=7"))
    assert found["after"]["detail"] == "is not a place in this connection's log."


@pytest.mark.parametrize("after", ["-1", "x", "1.5", str(2**63)])
def test_what_is_no_place_at_all_is_refused(bridge: Bridge, after: str) -> None:
    assert set(faulty_fields(bridge.get(BATCH, query_string={"after": after}))) == {"after"}


def test_the_address_is_the_one_that_is_reached_from_outside(build: Build) -> None:
    bridge = build(public_url="https://bridge.example.com")
    answer = bridge.get(f"{BATCH}?raw=true")
    assert answer.headers["Location"] == (
        "https://bridge.example.com/v1/triggers/refund_requested/batch?raw=true&after=0"
    )


def test_a_bridge_that_begins_anew_goes_on_where_it_was(build: Build) -> None:
    before = build()
    follower = following(before)
    first = before.new_refund()
    before.later()
    follower.catch_up()
    after = build()
    second = after.new_refund()
    after.later()
    follower.get = after.get
    follower.catch_up()
    assert refunds(follower) == [first, second]
