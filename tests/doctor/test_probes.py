"""What is asked of ReturnGO, and how each verdict comes about."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.exceptions import Forbidden

from connector.doctor.probes import PROBES, UNASKED
from connector.findings import UPDATED_FILTER_SEES_ALL, Verdict
from connector.returngo import BadRequest
from tests.doctor.returngo import Query
from tests.processes import SHOPS
from tests.stand_ins import NOON

DEMO, OUTLET = SHOPS
DAY = timedelta(days=1)


def at(moment: Any) -> str:
    return str(moment.isoformat())


@pytest.fixture(autouse=True)
def _shop(control):
    """A shop in which something of everything has happened, and an outlet."""
    for days, status in enumerate(("Pending", "Approved", "Received", "Done")):
        control("rmas", status=status, created_at=at(NOON - (9 - days) * DAY))
        for status_of_refund in ("Requested", "Success"):
            control(
                "transactions",
                status=status_of_refund,
                shop=SHOPS[days % 2],
                created_at=at(NOON - (9 - days) * DAY),
            )


def without(name: str) -> Callable[[str, Query], Query]:
    """Make a ReturnGO that does not know a parameter."""
    return lambda _, query: [(key, value) for key, value in query if key != name]


def in_rows(change: Callable[[dict[str, Any]], None]) -> Callable[[str, Any], Any]:
    """Make a ReturnGO whose rows differ."""

    def answer(path: str, document: Any) -> Any:
        for row in document.get(path.removeprefix("/"), ()):
            change(row)
        return document

    return answer


def in_details(change: Callable[[dict[str, Any]], None]) -> Callable[[str, Any], Any]:
    """Make a ReturnGO whose RMAs differ."""

    def answer(path: str, document: Any) -> Any:
        if path.startswith("/rma/"):
            change(document)
        return document

    return answer


def test_every_assumption_gets_a_verdict_and_those_that_no_read_settles_say_so(examine):
    told = examine().told
    assert list(told) == [*(each.name for each in PROBES), *UNASKED]
    assert {told[name].verdict for name in UNASKED} == {Verdict.CANNOT_TELL}
    assert "Only a write would show it" in told["create-answer"].seen


def test_what_is_false_says_what_to_do_about_it(examine, differences):
    differences.ask = without("sort_by")
    told = examine().told
    assert all(each.to_do for each in told.values() if each.verdict is Verdict.FALSE)
    assert any(each.verdict is Verdict.FALSE for each in told.values())


class TestFilters:
    def test_times_are_utc(self, examine):
        assert examine().verdicts["filters-are-utc"] == "true"

    def test_times_are_those_of_another_zone(self, examine, differences):
        def shift(_: str, query: Query) -> Query:
            hours = ("T12", "T10")
            return [
                (key, value.replace(*hours) if key == "rma_created_at" else value)
                for key, value in query
            ]

        differences.ask = shift
        assert examine().verdicts["filters-are-utc"] == "false"

    def test_times_are_not_looked_at(self, examine, differences):
        differences.ask = without("rma_created_at")
        assert examine().verdicts["filters-are-utc"] == "cannot tell"

    def test_several_must_all_fit(self, examine):
        assert examine().verdicts["filters-combine"] == "true"

    @pytest.mark.parametrize("ignored", ["rma_ids", "statuses"])
    def test_one_is_not_looked_at(self, examine, differences, ignored):
        if ignored == "statuses":
            differences.answer = in_details(lambda details: details.pop("transactions"))
        dropped = without(ignored)
        differences.ask = lambda path, query: (
            dropped(path, query) if any(key == "ids" for key, _ in query) else query
        )
        assert examine().verdicts["filters-combine"] == "false"


class TestOrder:
    def test_lists_can_be_sorted(self, examine):
        verdicts = examine().verdicts
        assert verdicts["transaction-order"] == verdicts["rma-order"] == "true"

    def test_lists_are_not_sorted(self, examine, differences):
        differences.ask = without("sort_by")
        verdicts = examine().verdicts
        assert verdicts["transaction-order"] == verdicts["rma-order"] == "false"

    def test_sorting_is_refused(self, examine, differences):
        differences.ask = lambda _, query: [
            (key, "-nothing" if key == "sort_by" else value) for key, value in query
        ]
        verdicts = examine().verdicts
        assert verdicts["transaction-order"] == verdicts["rma-order"] == "false"
        assert verdicts["transaction-statuses"] != "false"


class TestPages:
    @pytest.mark.parametrize("cursor", ["", None])
    def test_the_last_page_names_no_other(self, examine, differences, cursor):
        differences.answer = lambda path, document: (
            {**document, "next_cursor": cursor} if path in ("/rmas", "/transactions") else document
        )
        told = examine().told["last-page"]
        assert told.verdict is Verdict.TRUE
        assert ("empty" if cursor == "" else "null") in told.seen

    def test_the_last_page_names_another(self, examine, differences):
        differences.answer = lambda path, document: (
            {**document, "next_cursor": "bW9yZQ=="} if path == "/rmas" else document
        )
        told = examine().told["last-page"]
        assert told.verdict is Verdict.FALSE
        assert "bW9yZQ" not in told.seen


class TestWords:
    @pytest.mark.parametrize(
        "name", ["rma-statuses", "shipment-statuses", "resolution-types", "comment-types"]
    )
    def test_only_known_words_are_used(self, examine, name):
        assert examine().verdicts[name] == "true"

    def test_a_new_status_is_named(self, examine, differences):
        differences.answer = in_rows(lambda row: row.update(status="Lost"))
        told = examine().told["rma-statuses"]
        assert told.verdict is Verdict.FALSE
        assert "Lost" in str(told.to_do)

    def test_new_words_in_details_are_named(self, examine, differences):
        def change(details: dict[str, Any]) -> None:
            details["shipments"] = [{"status": "Burnt"}]
            details["items"][0]["resolutionType"] = "Barter"
            details["comments"] = [{"commentType": "whisper"}]

        differences.answer = in_details(change)
        told = examine().told
        for name, word in {
            "shipment-statuses": "Burnt",
            "resolution-types": "Barter",
            "comment-types": "whisper",
        }.items():
            assert told[name].verdict is Verdict.FALSE
            assert word in str(told[name].to_do)

    def test_a_word_that_is_not_written_as_one_is_not_shown(self, examine, differences):
        differences.answer = in_rows(lambda row: row.update(status="ada@example.com"))
        told = examine().told["rma-statuses"]
        assert told.verdict is Verdict.FALSE
        assert "ada" not in f"{told.seen}{told.to_do}"

    def test_words_of_transactions_that_do_not_occur_cannot_be_told(self, examine):
        verdicts = examine().verdicts
        assert verdicts["transaction-types"] == "cannot tell"
        assert verdicts["transaction-statuses"] == "cannot tell"

    def test_words_of_transactions_are_true_once_each_was_seen(self, examine, control):
        for status in ("Pending", "Failed"):
            control("transactions", status=status, shop=DEMO)
        assert examine().verdicts["transaction-statuses"] == "true"

    def test_events_without_their_name_are_told(self, examine, differences):
        differences.answer = in_rows(
            lambda row: (
                row.update(
                    events=[each for each in row["events"] if each["eventName"] == "RMA_CREATED"]
                )
                if "events" in row
                else None
            )
        )
        told = examine().told["rma-event-names"]
        assert told.verdict is Verdict.FALSE
        assert "Received 1" in told.seen

    def test_an_event_of_another_name_is_named(self, examine, differences):
        differences.answer = in_rows(
            lambda row: row.get("events", []).append({"eventName": "RMA_REOPENED"})
        )
        told = examine().told["rma-event-names"]
        assert told.verdict is Verdict.FALSE
        assert "RMA_REOPENED" in str(told.to_do)


class TestThings:
    def test_rows_have_events_and_ids_are_numbers(self, examine):
        verdicts = examine().verdicts
        assert verdicts["rma-rows-have-events"] == "true"
        assert verdicts["transaction-ids-are-numbers"] == "true"
        assert verdicts["shipments-made"] == "true"

    def test_rows_without_events_and_ids_that_are_no_numbers(self, examine, differences):
        def change(row: dict[str, Any]) -> None:
            row.pop("events", None)
            if "id" in row:
                row["id"] = f"tx-{row['id']}"

        differences.answer = in_rows(change)
        verdicts = examine().verdicts
        assert verdicts["rma-rows-have-events"] == "false"
        assert verdicts["transaction-ids-are-numbers"] == "false"

    def test_an_approved_rma_without_a_parcel(self, examine, differences):
        differences.answer = in_details(lambda details: details.update(shipments=[]))
        assert examine().verdicts["shipments-made"] == "false"

    def test_ids_of_two_shops_are_never_the_same(self, examine):
        assert examine().verdicts["ids-shared"] == "true"
        assert examine(RETURNGO_SHOPS=DEMO).verdicts["ids-shared"] == "cannot tell"

    def test_ids_of_two_shops_can_be_the_same(self, examine, differences):
        differences.answer = in_rows(lambda row: row.update(id=1) if "id" in row else None)
        assert examine().verdicts["ids-shared"] == "false"


class TestRefunds:
    def test_refunds_that_wait_are_as_they_are_thought_to_be(self, examine):
        verdicts = examine().verdicts
        assert verdicts["refund-requested"] == verdicts["made-requested"] == "true"

    def test_a_refund_that_has_a_reference_is_told(self, examine, differences):
        differences.answer = in_rows(
            lambda row: row.update(externalReferenceId="pay_1") if "id" in row else None
        )
        told = examine().told["refund-requested"]
        assert told.verdict is Verdict.FALSE
        assert "pay_1" not in told.seen

    def test_a_refund_that_was_updated_later_may_have_come_there_later(self, examine, differences):
        differences.answer = in_rows(
            lambda row: row.update(lastUpdated=at(NOON)) if "lastUpdated" in row else None
        )
        assert examine().verdicts["made-requested"] == "cannot tell"


class TestGateway:
    def test_a_wrong_shop_is_not_refused_as_a_key_is(self, examine):
        assert examine().verdicts["gateway-words"] == "true"

    def test_a_wrong_shop_is_refused_as_a_key_is(self, examine, sandbox, monkeypatch):
        shop_of = sandbox.simulation.gate.shop_of

        def refuse(key: str, shop: str) -> str:
            if shop.startswith("no-such"):
                raise Forbidden("Forbidden")
            return str(shop_of(key, shop))

        monkeypatch.setattr(sandbox.simulation.gate, "shop_of", refuse)
        assert examine().verdicts["gateway-words"] == "false"

    def test_a_refusal_for_pace_says_when_to_come_back_or_does_not(
        self, examine, control, differences
    ):
        assert examine().verdicts["no-retry-after"] == "cannot tell"
        control("faults", kind="status", status=429, count=1)
        assert examine().verdicts["no-retry-after"] == "true"
        control("faults", kind="status", status=429, count=1)
        differences.headers = {"Retry-After": "1"}
        assert examine().verdicts["no-retry-after"] == "false"

    def test_stamps_go_with_the_date_of_answers(self, examine, control, differences):
        assert examine().verdicts["date-header"] == "cannot tell"
        control("rmas")
        assert examine().verdicts["date-header"] == "true"
        differences.answer = in_rows(
            lambda row: row.update(
                events=[{"eventName": "RMA_CREATED", "eventDate": at(NOON + DAY)}]
            )
        )
        assert examine().verdicts["date-header"] == "false"


def test_what_was_found_is_remembered_for_the_key(examine, findings, connection):
    examined = examine()
    for name in (each.name for each in PROBES):
        assert findings.get(connection.key_id, name) == examined.told[name].verdict
    assert findings.get("another key", "filters-are-utc") is None
    assert findings.get(connection.key_id, "status-body") is None


def test_what_was_once_found_out_is_not_forgotten_when_nothing_shows_it(
    examine, findings, connection
):
    findings.keep(connection.key_id, UPDATED_FILTER_SEES_ALL, Verdict.FALSE, NOON)
    assert examine().verdicts[UPDATED_FILTER_SEES_ALL] == "cannot tell"
    assert findings.get(connection.key_id, UPDATED_FILTER_SEES_ALL) is Verdict.FALSE


@pytest.mark.parametrize("calls", range(1, 34, 4))
def test_no_more_calls_are_made_than_were_announced(examine, calls, control):
    control("faults", kind="status", status=500, count=1000, share=0.3)
    examined = examine(calls)
    assert examined.examination.watched.most == len(SHOPS) + calls
    assert examined.examination.watched.made <= len(SHOPS) + calls


def test_a_probe_without_calls_cannot_tell_and_says_why(examine):
    told = examine(3).told["rma-order"]
    assert told.verdict is Verdict.CANNOT_TELL
    assert "used up" in told.seen


def test_a_write_would_not_leave_the_machine(examine):
    examination = examine(2).examination
    setup = examination.setup
    returngo = setup.upstream.open(setup.connection, DEMO)
    with pytest.raises(Exception, match="Doctor only reads"):
        returngo.update_rma_status("1", "Approved")
    with pytest.raises(BadRequest):
        returngo.get_rma("..")
