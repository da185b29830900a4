import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest

import connector.returngo
from connector.budget import Purpose
from connector.connections import Connection
from connector.returngo import BadRequest, NotFound, ReturnGO, Transport, Unavailable, Upstream
from connector.returngo.client import LARGEST_PAGE
from connector.returngo.upstream import CALL_SECONDS, READ_ATTEMPT_SECONDS
from connector.sandbox.app import SandboxApp
from connector.sandbox.gateway.calls import Call
from tests.returngo.hosts import answering, serving

DEMO, OUTLET = "demo.myshopify.com", "outlet.myshopify.com"
SINCE = datetime(2026, 2, 4, 11, 59, 58, 999_999, tzinfo=UTC)


@pytest.fixture
def returngo(upstream: Upstream, connection: Connection) -> ReturnGO:
    return upstream.open(connection, DEMO)


@pytest.fixture
def control(sandbox: SandboxApp) -> Callable[..., Any]:
    def post(path: str, **options: Any) -> Any:
        return sandbox.test_client().post(f"/_sandbox/{path}", json=options).json

    return post


def last(sandbox: SandboxApp) -> Call:
    return sandbox.simulation.calls[-1]


def test_rmas_come_page_by_page_newest_first(returngo: ReturnGO, control: Callable[..., Any]):
    made = [rma["rmaSummary"]["rmaId"] for rma in control("rmas", count=5)]
    found, cursor = [], None
    while True:
        page = returngo.list_rmas(cursor=cursor, pagesize=2)
        found += [row["rmaId"] for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert found == list(reversed(made))


def test_transactions_come_page_by_page(returngo: ReturnGO, control: Callable[..., Any]):
    made = [row["id"] for row in control("transactions", count=3)]
    first = returngo.list_transactions(pagesize=2)
    rest = returngo.list_transactions(cursor=first.next_cursor, pagesize=2)

    assert [row["id"] for row in first.rows + rest.rows] == made
    assert rest.next_cursor is None


@pytest.mark.parametrize(
    ("listing", "path", "column"),
    [
        (ReturnGO.list_rmas, "/rmas", "rma_updated_at"),
        (ReturnGO.list_transactions, "/transactions", "updated_at"),
    ],
    ids=["rmas", "transactions"],
)
def test_a_list_asks_for_what_was_updated_since_in_whole_seconds_of_utc(
    returngo: ReturnGO,
    sandbox: SandboxApp,
    listing: Callable[..., Any],
    path: str,
    column: str,
):
    listing(returngo, updated_since=SINCE)
    assert last(sandbox).path == path
    assert parse_qsl(last(sandbox).query) == [
        ("pagesize", str(LARGEST_PAGE)),
        # rounded down: a change of that second must not be missed
        (column, "gte:2026-02-04T11:59:58"),
    ]
    listing(returngo)
    assert parse_qsl(last(sandbox).query) == [("pagesize", str(LARGEST_PAGE))]


def test_a_page_says_what_returngos_clock_said(returngo: ReturnGO, sandbox: SandboxApp):
    sandbox.test_client().post("/_sandbox/clock", json={"now": "2026-02-04T12:10:00Z"})
    page = returngo.list_rmas()

    assert page.date == datetime(2026, 2, 4, 12, 10, tzinfo=UTC)


def test_an_rma_is_read_whole(returngo: ReturnGO, control: Callable[..., Any]):
    made = control("rmas", status="Approved", items=2)
    found = returngo.get_rma(made["rmaSummary"]["rmaId"])

    assert found["rmaSummary"] == made["rmaSummary"]
    assert len(found["items"]) == 2


@pytest.mark.parametrize("amount", ["0.10", "1119.60", "12345678901234567890.12", "100"])
def test_money_comes_exact(returngo: ReturnGO, control: Callable[..., Any], amount: str):
    control("transactions", amount=amount, currency="ZAR")
    found = returngo.list_transactions().rows[0]["amount"]["amount"]

    assert not isinstance(found, float)
    assert Decimal(found) == Decimal(amount)


def test_a_status_is_set_and_may_be_set_again_after_an_outage(
    returngo: ReturnGO, control: Callable[..., Any], sandbox: SandboxApp
):
    rma = control("rmas")["rmaSummary"]["rmaId"]
    control("faults", status=502)
    returngo.update_rma_status(rma, "Approved")

    assert last(sandbox).method == "PUT"
    assert last(sandbox).path == f"/rma/{rma}/status"
    assert returngo.get_rma(rma)["rmaSummary"]["status"] == "Approved"


def test_a_transaction_is_recorded_and_may_be_again_after_an_outage(
    returngo: ReturnGO, control: Callable[..., Any], sandbox: SandboxApp
):
    refund = str(control("transactions")["id"])
    control("faults", status=502, when="after")
    returngo.update_transaction(
        refund, {"status": "Success", "externalReferenceId": "pay_1", "processor": "Example"}
    )
    row = returngo.list_transactions().rows[0]

    assert (row["status"], row["externalReferenceId"]) == ("Success", "pay_1")
    assert sum(call.applied for call in sandbox.simulation.calls) == 2


def test_a_transaction_that_returngo_did_not_create_is_not_found(returngo: ReturnGO):
    with pytest.raises(NotFound):
        returngo.update_transaction("404", {"status": "Success"})


@pytest.mark.parametrize("bad", ["", ".", "..", "..."])
@pytest.mark.parametrize(
    "call",
    [
        lambda returngo, bad: returngo.get_rma(bad),
        lambda returngo, bad: returngo.update_rma_status(bad, "Done"),
        lambda returngo, bad: returngo.update_transaction(bad, {}),
    ],
    ids=["get_rma", "update_rma_status", "update_transaction"],
)
def test_an_id_that_would_climb_to_another_path_is_never_sent(
    returngo: ReturnGO, sandbox: SandboxApp, call: Callable[[ReturnGO, str], None], bad: str
):
    with pytest.raises(BadRequest):
        call(returngo, bad)
    assert sandbox.simulation.calls == []


@pytest.mark.parametrize(
    "bad", ["1/status", "1?x=y", "1#x", "../rmas", "a b", "ü", "%2e%2e", "1\n"]
)
def test_an_id_stays_one_segment_of_its_path(upstream: Upstream, connection: Connection, bad: str):
    with serving(answering()) as host:
        real = dataclasses.replace(upstream, transport=Transport(host.url))
        real.open(connection, DEMO).get_rma(bad)
        real.transport.close()
    asked, _, _ = host.seen[0]

    assert asked == f"GET /rma/{quote(bad, safe='')}"


@pytest.mark.parametrize("body", [[], {}, {"rmas": None}, {"rmas": [1]}, "<html></html>"], ids=str)
def test_a_list_that_is_none_is_an_outage(
    returngo: ReturnGO, control: Callable[..., Any], body: object
):
    control("faults", status=200, body=body, count=9)

    with pytest.raises(Unavailable):
        returngo.list_rmas()


def test_an_rma_that_is_none_is_an_outage(returngo: ReturnGO, control: Callable[..., Any]):
    control("faults", status=200, body=[], count=9)

    with pytest.raises(Unavailable):
        returngo.get_rma("1")


def test_what_a_write_answers_does_not_matter(returngo: ReturnGO, control: Callable[..., Any]):
    control("faults", status=200, body=["anything"])

    returngo.update_rma_status("1", "Done")


def test_each_shop_is_a_world_of_its_own(
    upstream: Upstream, connection: Connection, control: Callable[..., Any]
):
    control("rmas", shop=OUTLET)

    assert upstream.open(connection, DEMO).list_rmas().rows == []
    assert len(upstream.open(connection, OUTLET).list_rmas().rows) == 1
    assert upstream.open(connection, OUTLET).shop == OUTLET


def test_an_action_may_wait_and_reading_in_the_background_may_not(
    upstream: Upstream, connection: Connection
):
    acting = upstream.open(connection, DEMO, Purpose.ACTING).caller
    reading = upstream.open(connection, DEMO, Purpose.READING).caller

    assert acting.attempt_seconds == CALL_SECONDS
    assert reading.attempt_seconds == READ_ATTEMPT_SECONDS
    assert acting.call_seconds == reading.call_seconds == CALL_SECONDS
    assert CALL_SECONDS < 30, "the platforms give up at 30 seconds"


def test_an_open_client_does_not_show_the_key(returngo: ReturnGO, upstream: Upstream):
    assert "demo-key" not in repr(returngo) + repr(upstream)
    assert "demo-key" not in repr(dataclasses.replace(returngo))


def test_the_rooms_door_lists_what_it_offers_in_order():
    offered = connector.returngo.__all__

    assert offered == sorted(offered)
    assert all(hasattr(connector.returngo, name) for name in offered)
