from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

import app
from connector.blocks import RmaCount
from connector.connections import Connection
from connector.feed import Feed
from tests.known import HandKnowledge
from tests.processes import SHOPS
from tests.stand_ins import NOON
from tests.web.answers import ANEW, QUOTA_EXCEEDED, faulty_fields, good, problem
from tests.web.conftest import Bridge, Build

LIST = "/v1/actions/list_rmas"
GET = "/v1/actions/get_rma"

each_search = pytest.mark.parametrize("key", app.CATALOGUE.searches)


def test_a_search_answers_a_bare_array_best_match_first(bridge: Bridge) -> None:
    made = []
    for _ in range(3):
        made.append(bridge.new_rma())
        bridge.later()
    assert [rma["rma_id"] for rma in good(bridge.get(LIST))] == made[::-1]
    assert [rma["rma_id"] for rma in good(bridge.get(f"{LIST}?limit=1"))] == [made[2]]


def test_nothing_found_is_an_empty_array(bridge: Bridge) -> None:
    assert good(bridge.get(LIST)) == []
    assert good(bridge.get(f"{GET}?rma_id=1")) == []


def test_a_search_looks_in_the_shop_that_is_named(bridge: Bridge) -> None:
    rma_id = bridge.new_rma(shop="outlet.myshopify.com")
    assert good(bridge.get(f"{GET}?rma_id={rma_id}")) == []
    (rma,) = good(bridge.get(f"{GET}?rma_id={rma_id}&shop=outlet.myshopify.com"))
    assert rma["shop"] == "outlet.myshopify.com"


def test_raw_shows_what_returngo_sent(bridge: Bridge) -> None:
    rma_id = bridge.new_rma()
    (rma,) = good(bridge.get(f"{GET}?rma_id={rma_id}&raw=true"))
    assert rma["raw"]["rmaSummary"]["rmaId"] == rma_id
    assert rma["raw"]["items"][0]["shopLineItemId"]
    assert "raw" not in good(bridge.get(f"{GET}?rma_id={rma_id}"))[0]


@each_search
def test_a_shop_of_somebody_else_is_refused(bridge: Bridge, key: str) -> None:
    query = {"shop": "other.myshopify.com", "rma_id": "1"}
    named = set(app.CATALOGUE.searches[key].input_schema().fields)
    sent = {name: value for name, value in query.items() if name in named}
    if "order_name" in named:
        sent["order_name"] = "H12043"
    problem(bridge.get(f"/v1/actions/{key}", query_string=sent), 403)
    assert bridge.calls() == []


@each_search
def test_an_unknown_parameter_is_named_and_nothing_is_searched(bridge: Bridge, key: str) -> None:
    answer = bridge.get(f"/v1/actions/{key}?rma_id=1&order_nmae=H12043")
    assert "order_nmae" in faulty_fields(answer)
    assert bridge.calls() == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("details=perhaps", "details"),
        ("created_after=yesterday", "created_after"),
        ("status=%2C", "status"),
        ("customer_id=a", "customer_id"),
        ("status=Approved&status=Done", "status"),
    ],
)
def test_a_query_that_is_not_understood_names_the_parameter(
    bridge: Bridge, query: str, field: str
) -> None:
    assert set(faulty_fields(bridge.get(f"{LIST}?{query}"))) == {field}
    assert bridge.calls() == []


@pytest.mark.parametrize("key", ["find_rma", "find_shipment"])
def test_a_search_for_nothing_in_particular_is_refused(bridge: Bridge, key: str) -> None:
    (error,) = faulty_fields(bridge.get(f"/v1/actions/{key}")).values()
    assert "needs at least one of " in error["detail"]
    assert bridge.calls() == []


def test_empty_parameters_mean_absent(bridge: Bridge) -> None:
    bridge.new_rma()
    empty = "&".join(f"{name}=" for name in app.CATALOGUE.searches["list_rmas"].input().fields)
    assert len(good(bridge.get(f"{LIST}?{empty}&limit=&shop=&raw="))) == 1


def test_every_answer_says_what_is_left_of_the_day(bridge: Bridge) -> None:
    def left() -> int:
        answer = bridge.get(LIST, headers=ANEW)
        assert answer.headers["RateLimit-Policy"]
        return int(answer.headers["RateLimit"].partition("r=")[2].partition(";")[0])

    before = left()
    assert left() == before - 1


COUNT = "/v1/actions/count_rmas"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have the feed know one RMA in each shop; name the connections that were asked about."""
    asked: list[str] = []
    known = HandKnowledge(
        [
            RmaCount(
                shop=shop,
                status="Approved",
                count=1,
                without_tracking_number=1,
                tracking_unknown=0,
                as_of=NOON,
            )
            for shop in SHOPS
        ]
    )

    def knowledge(_feed: Feed, connection: Connection) -> HandKnowledge:
        asked.append(connection.id)
        return known

    monkeypatch.setattr(Feed, "knowledge", knowledge, raising=False)
    return asked


def test_what_is_known_is_answered_for_all_shops_or_for_the_one_named(
    bridge: Bridge, asked: list[str]
) -> None:
    assert [row["shop"] for row in good(bridge.get(COUNT))] == [*SHOPS]
    assert [row["shop"] for row in good(bridge.get(f"{COUNT}?shop={SHOPS[1]}"))] == [SHOPS[1]]
    assert asked == ["operator"] * 2


@pytest.mark.usefixtures("asked")
def test_what_is_known_costs_no_call_and_comes_while_returngo_fails(build: Build) -> None:
    bridge = build(returngo_daily_limit=1)
    bridge.control("faults", status=500, share=1)
    before = left_of_the_day(bridge.get)
    assert len(good(bridge.get(COUNT))) == len(SHOPS)
    assert left_of_the_day(bridge.get) == before
    assert bridge.calls() == []


def left_of_the_day(get: Callable[[str], TestResponse]) -> str:
    """Tell how many calls are left of the day."""
    left: str = get(COUNT).headers["RateLimit"].partition("r=")[2].partition(";")[0]
    return left


def test_a_spent_day_is_told(build: Build) -> None:
    bridge = build(returngo_daily_limit=1)
    good(bridge.get(LIST))
    answer = bridge.get(LIST, headers=ANEW)
    assert problem(answer, 429)["type"] == QUOTA_EXCEEDED
    assert int(answer.headers["Retry-After"]) > 0


def test_a_failure_of_returngo_is_not_taken_for_nothing_found(bridge: Bridge) -> None:
    bridge.control("faults", status=500, share=1)
    problem(bridge.get(f"{GET}?rma_id=1"), 502)


def test_a_search_cannot_be_posted_to(bridge: Bridge) -> None:
    answer = bridge.call("POST", LIST)
    problem(answer, 405)
    assert "GET" in answer.headers["Allow"]
