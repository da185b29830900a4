import re
from datetime import timedelta

import pytest

from tests.web.answers import QUOTA_EXCEEDED, good, problem
from tests.web.conftest import Bridge, Build

RMA = {"rma_id": "1", "status": "Approved"}


def left(header: str) -> tuple[int, int]:
    """Read what is left, and for how long, from a RateLimit header."""
    found = re.fullmatch(r'"day";r=(\d+);t=(\d+)', header)
    assert found is not None, header
    return int(found[1]), int(found[2])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/me", 200),
        ("GET", "/v1/triggers", 200),
        ("GET", "/v1/actions", 200),
        ("GET", "/v1/triggers/new_rma", 200),
        ("GET", "/v1/triggers/new_rma?limit=0", 422),
        ("GET", "/v1/triggers/new_rma/sample", 200),
        ("POST", "/v1/actions/update_rma_status", 422),
        ("GET", "/v1/me?shop=other.myshopify.com", 403),
    ],
)
def test_every_answer_to_a_known_caller_says_what_is_left(
    bridge: Bridge, method: str, path: str, status: int
) -> None:
    answer = bridge.call(method, path)
    assert answer.status_code == status
    assert answer.headers["RateLimit-Policy"] == '"day";q=1000;w=86400'
    remaining, seconds = left(answer.headers["RateLimit"])
    assert remaining == 1000 - len(bridge.calls())
    assert 0 < seconds <= 12 * 60 * 60


def test_nobody_unknown_is_told_what_is_left(bridge: Bridge) -> None:
    answer = bridge.get("/v1/me", token="wrong")
    problem(answer, 401)
    assert "RateLimit" not in answer.headers


def test_the_answer_to_a_spent_day_is_429_until_the_day_ends(build: Build) -> None:
    bridge = build(returngo_daily_limit=10)
    rma_id = bridge.new_rma()
    for _ in range(10):
        assert bridge.act("update_rma_status", {**RMA, "rma_id": rma_id}).status_code in {200, 429}
    answer = bridge.act("update_rma_status", {**RMA, "rma_id": rma_id})
    spent = problem(answer, 429)
    assert spent["type"] == QUOTA_EXCEEDED
    assert spent["violated-policies"] == ["day"]
    assert "00:00 UTC" in spent["detail"]
    remaining, seconds = left(answer.headers["RateLimit"])
    assert remaining == 0
    assert re.fullmatch(r"\d+", answer.headers["Retry-After"])
    assert int(answer.headers["Retry-After"]) >= seconds
    assert len(bridge.calls()) == 10
    bridge.clock.advance(timedelta(seconds=int(answer.headers["Retry-After"])))
    good(bridge.act("update_rma_status", {**RMA, "rma_id": rma_id, "status": "Received"}))


def test_returngos_own_word_that_the_day_is_spent_is_believed(bridge: Bridge) -> None:
    bridge.control("faults", status=429, body={"message": "Limit Exceeded"})
    answer = bridge.act("update_rma_status", RMA)
    assert problem(answer, 429)["type"] == QUOTA_EXCEEDED
    assert answer.headers["RateLimit"].startswith('"day";r=0;')
    assert int(answer.headers["Retry-After"]) >= left(answer.headers["RateLimit"])[1]
    problem(bridge.act("update_rma_status", RMA), 429)
    assert len(bridge.calls()) == 1


def test_a_throttle_that_does_not_end_is_429_but_no_spent_quota(bridge: Bridge) -> None:
    bridge.control("faults", status=429, body={"message": "Too Many Requests"}, share=1)
    answer = bridge.act("update_rma_status", RMA)
    assert problem(answer, 429)["type"] == "about:blank"
    assert re.fullmatch(r"\d+", answer.headers["Retry-After"])
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_short_throttle_is_not_seen_at_all(bridge: Bridge) -> None:
    rma_id = bridge.new_rma()
    bridge.control("faults", status=429, body={"message": "Too Many Requests"}, count=2)
    good(bridge.act("update_rma_status", {**RMA, "rma_id": rma_id}))


def test_a_poll_of_a_shop_that_was_never_read_says_that_the_day_is_spent(bridge: Bridge) -> None:
    bridge.control("faults", status=429, body={"message": "Limit Exceeded"}, share=1)
    answer = bridge.get("/v1/triggers/new_rma")
    assert problem(answer, 429)["type"] == QUOTA_EXCEEDED
    assert int(answer.headers["Retry-After"]) >= left(answer.headers["RateLimit"])[1]


def test_a_poll_of_what_is_known_is_answered_when_the_day_is_spent(bridge: Bridge) -> None:
    bridge.new_rma()
    before = good(bridge.get("/v1/triggers/new_rma"))
    bridge.control("faults", status=429, body={"message": "Limit Exceeded"}, share=1)
    bridge.later()
    assert good(bridge.get("/v1/triggers/new_rma")) == before
