from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.answers import faulty_fields, good, problem
from tests.web.conftest import Bridge

NEW_RMA = "/v1/triggers/new_rma"
REFUND = "/v1/triggers/refund_requested"


def ids(answer: Any) -> list[str]:
    return [event["id"] for event in good(answer)]


def test_a_poll_answers_a_bare_array_newest_first(bridge: Bridge) -> None:
    made = []
    for _ in range(3):
        made.append(bridge.new_rma())
        bridge.later()
        good(bridge.get(NEW_RMA))
    assert ids(bridge.get(NEW_RMA)) == [f"rma:{rma_id}:created" for rma_id in reversed(made)]


def test_a_poll_with_nothing_to_tell_answers_an_empty_array(bridge: Bridge) -> None:
    assert good(bridge.get(NEW_RMA)) == []


def test_fifty_polls_of_what_is_fresh_cost_no_more_calls_than_one(bridge: Bridge) -> None:
    bridge.new_rma()
    good(bridge.get(NEW_RMA))
    before = bridge.calls()
    for _ in range(50):
        good(bridge.get(NEW_RMA))
    assert bridge.calls() == before


def test_an_event_keeps_its_id_while_the_thing_changes(bridge: Bridge) -> None:
    rma_id = bridge.new_rma()
    before = ids(bridge.get(NEW_RMA))
    bridge.control(f"rmas/{rma_id}/status", status="Approved")
    bridge.later()
    assert ids(bridge.get(NEW_RMA)) == before


def test_a_filter_lets_only_its_events_through(bridge: Bridge) -> None:
    for word in ("RefundToGiftCard", "RefundToStoreCredit"):
        bridge.new_refund(type=word)
    gifts = good(bridge.get(REFUND, query_string={"type": "RefundToGiftCard"}))
    assert [event["type"] for event in gifts] == ["RefundToGiftCard"]


def test_empty_query_values_mean_absent(bridge: Bridge) -> None:
    bridge.new_refund()
    assert len(good(bridge.get(f"{REFUND}?limit=&type=&shop=&after=&before=&raw="))) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=ten", "limit"),
        ("raw=perhaps", "raw"),
        ("typo=RefundToGiftCard", "typo"),
        ("after=nothing", "after"),
        ("before=nothing", "before"),
        ("after=a%00b", "after"),
        ("type=%00", "type"),
        ("limit=1&limit=2", "limit"),
        ("type=a&type=b", "type"),
        ("typo=a&typo=b", "typo"),
    ],
)
def test_a_query_that_is_not_understood_names_the_parameter(
    bridge: Bridge, query: str, field: str
) -> None:
    assert set(faulty_fields(bridge.get(f"{REFUND}?{query}"))) == {field}


def test_after_and_before_together_are_refused(bridge: Bridge) -> None:
    assert "before" in faulty_fields(bridge.get(f"{REFUND}?after=a&before=b"))


def test_a_query_that_is_no_utf8_does_not_crash(bridge: Bridge) -> None:
    assert "after" in faulty_fields(bridge.get(f"{REFUND}?after=%ff%fe"))


def test_the_next_page_is_linked_and_all_pages_together_are_everything(bridge: Bridge) -> None:
    made = {bridge.new_refund() for _ in range(5)}
    seen: list[str] = []
    address = f"{REFUND}?limit=2&type=RefundToPaymentMethod"
    pages = 0
    while address:
        answer = bridge.get(address)
        seen += [event["transaction_id"] for event in good(answer)]
        link = answer.headers.get("Link", "")
        assert not link or link.endswith('; rel="next"')
        address = link.partition(">")[0].lstrip("<")
        pages += 1
    assert pages == 3
    assert len(seen) == len(set(seen))
    assert set(seen) == made


def test_a_link_keeps_the_other_parameters(bridge: Bridge) -> None:
    for _ in range(2):
        bridge.new_refund()
    query = {"limit": "1", "shop": "demo.myshopify.com", "raw": "true"}
    link = bridge.get(REFUND, query_string=query).headers["Link"]
    target = urlsplit(link.partition(">")[0].lstrip("<"))
    assert target.path == REFUND
    kept = {name: values for name, values in parse_qs(target.query).items() if name != "before"}
    assert kept == {name: [value] for name, value in query.items()}


def test_after_an_event_come_the_later_ones_oldest_first(bridge: Bridge) -> None:
    made = []
    for _ in range(3):
        made.append(bridge.new_refund())
        bridge.later()
        good(bridge.get(REFUND))
    first = ids(bridge.get(REFUND))[-1]
    answer = bridge.get(REFUND, query_string={"after": first})
    assert [event["transaction_id"] for event in good(answer)] == made[1:]
    assert "Link" not in answer.headers


def test_an_unchanged_answer_is_304_and_still_says_what_is_left(bridge: Bridge) -> None:
    bridge.new_rma()
    etag = bridge.get(NEW_RMA).headers["ETag"]
    bridge.later()
    answer = bridge.get(NEW_RMA, headers={"If-None-Match": etag})
    assert answer.status_code == 304
    assert answer.data == b""
    assert answer.headers["ETag"] == etag
    assert "RateLimit" in answer.headers


def test_a_poll_has_nothing_that_if_match_could_guard(bridge: Bridge) -> None:
    assert good(bridge.get(NEW_RMA, headers={"If-Match": '"another"'})) == []


def test_a_changed_answer_is_not_304(bridge: Bridge) -> None:
    bridge.new_rma()
    etag = bridge.get(NEW_RMA).headers["ETag"]
    bridge.new_rma()
    bridge.later()
    answer = bridge.get(NEW_RMA, headers={"If-None-Match": etag})
    assert len(good(answer)) == 2
    assert answer.headers["ETag"] != etag


def test_no_cache_may_share_or_reuse_an_answer_unasked(bridge: Bridge) -> None:
    assert bridge.get(NEW_RMA).headers["Cache-Control"] == "private, no-cache"


def test_the_age_tells_when_returngo_was_read(bridge: Bridge) -> None:
    good(bridge.get(NEW_RMA))
    before = int(bridge.get(NEW_RMA).headers["Age"])
    bridge.clock.sleep(20)
    assert int(bridge.get(NEW_RMA).headers["Age"]) == before + 20


@pytest.mark.parametrize("key", ["new_rma", "refund_requested"])
def test_a_sample_costs_no_call(bridge: Bridge, key: str) -> None:
    sample = good(bridge.get(f"/v1/triggers/{key}/sample"))
    assert isinstance(sample["id"], str)
    assert bridge.calls() == []


@pytest.mark.parametrize("key", ["new_rma", "refund_requested"])
def test_a_sample_has_only_keys_that_a_live_event_has(bridge: Bridge, key: str) -> None:
    bridge.new_rma()
    bridge.new_refund()
    live = good(bridge.get(f"/v1/triggers/{key}"))[0]
    assert set(good(bridge.get(f"/v1/triggers/{key}/sample"))) <= set(live)


def test_money_is_exact_from_end_to_end(bridge: Bridge) -> None:
    bridge.new_refund(amount="12345678901234567890.12", currency="ZAR")
    (event,) = good(bridge.get(f"{REFUND}?raw=true"))
    assert event["amount"] == "12345678901234567890.12"
    assert b'"amount":12345678901234567890.12' in bridge.get(f"{REFUND}?raw=true").data


def test_a_trigger_cannot_be_posted_to(bridge: Bridge) -> None:
    answer = bridge.call("POST", NEW_RMA)
    problem(answer, 405)
    assert "GET" in answer.headers["Allow"]
