import re
from datetime import timedelta

import pytest

from connector.budget import Purpose
from connector.connections import new_connection
from connector.findings import UPDATED_FILTER_SEES_ALL, Findings, Verdict
from connector.inbound import Inbox
from connector.page.wording import span
from tests.page.conftest import Visitor
from tests.processes import SHOPS
from tests.web.answers import good
from tests.web.conftest import TOKEN, Bridge


def test_it_shows_the_calls_of_the_day_as_the_api_does(operator: Visitor, bridge: Bridge):
    calls = good(bridge.get("/v1/me"))["calls"]
    used = calls["limit"] - calls["remaining"]
    assert f"{used:,} of {calls['limit']:,} are spent" in operator.get("/").text


def test_its_chart_shows_the_calls_of_each_hour_as_they_are_counted(
    operator: Visitor, bridge: Bridge
):
    good(bridge.get("/v1/triggers/new_rma"))
    bridge.act("add_rma_comment", {"rma_id": bridge.new_rma(), "text": "seen"})
    hours = bridge.rules.budget.tally.hours("operator", bridge.clock.now())
    assert hours == []  # of another key
    (connection,) = bridge.rules.connections.all()
    (hour,) = bridge.rules.budget.tally.hours(
        connection.key_id, bridge.clock.now() - timedelta(hours=1)
    )
    shown = operator.get("/").text
    assert sum(hour.calls.values()) == len(bridge.calls())
    for purpose, calls in hour.calls.items():
        assert f"{purpose}: {calls}" in shown
    assert f"<td>12:00</td><td>{hour.calls[Purpose.READING]}</td>" in shown


def test_it_shows_how_many_events_of_each_trigger_each_day_had(operator: Visitor, bridge: Bridge):
    assert "Events of the last seven days" not in operator.get("/").text
    good(bridge.get("/v1/triggers/new_rma"))
    for count in (2, 1):
        for _ in range(count):
            bridge.new_rma()
        bridge.later()
        told = good(bridge.get("/v1/triggers/new_rma"))
        bridge.clock.advance(timedelta(days=1))
    assert len(told) == 3
    row = operator.get("/").text.split(">New RMA<")[1].split("</tr>")[0]
    assert re.findall(r"<td>(\d+)</td>", row) == ["0", "0", "0", "0", "2", "1", "0"]
    assert row.count("<rect") == 2


def test_it_shows_when_each_list_is_read_next_and_why(operator: Visitor, bridge: Bridge):
    assert "Nobody polls or subscribes yet" in operator.get("/").text
    good(bridge.get("/v1/triggers/new_rma"))
    bridge.clock.advance(timedelta(seconds=30))
    shown = operator.get("/").text
    assert "30 s ago" in shown
    for each in good(bridge.get("/v1/me"))["feed"]:
        assert each["reason"] in shown.replace("&#39;", "'")


def test_an_assumption_that_was_found_false_needs_attention(operator: Visitor, bridge: Bridge):
    (connection,) = bridge.rules.connections.all()
    findings = Findings(bridge.rules.store)
    for name, verdict in (
        (UPDATED_FILTER_SEES_ALL, Verdict.FALSE),  # which the bridge goes by either way
        ("rma-order", Verdict.TRUE),
        ("date-header", Verdict.CANNOT_TELL),
    ):
        findings.keep(connection.key_id, name, verdict, bridge.clock.now())
    assert "Needs attention" not in operator.get("/").text
    findings.keep(connection.key_id, "ids-shared", Verdict.FALSE, bridge.clock.now())
    findings.keep("another key", "rma-order", Verdict.FALSE, bridge.clock.now())
    shown = operator.get("/").text
    assert "ReturnGO does not behave as assumed: ids-shared." in shown
    assert "docs/assumptions.md" in shown


def test_a_clock_that_is_off_needs_attention(operator: Visitor, bridge: Bridge):
    good(bridge.get("/v1/triggers/new_rma"))
    assert "Needs attention" not in operator.get("/").text
    bridge.control("clock", advance=9 * 60)
    bridge.act("add_rma_comment", {"rma_id": bridge.new_rma(), "text": "seen"})
    assert "clock is 9 min behind ReturnGO&#39;s" in operator.get("/").text


def test_a_key_that_returngo_refuses_needs_attention(operator: Visitor, bridge: Bridge):
    assert "Needs attention" not in operator.get("/").text
    good(bridge.get("/v1/triggers/new_rma"))
    bridge.control("faults", status=401, body={"message": "Unauthorized"}, share=1)
    bridge.later()
    bridge.get("/v1/triggers/new_rma")
    shown = operator.get("/").text
    assert "Needs attention" in shown
    assert "ReturnGO refuses the key" in shown
    assert "Make a new key in ReturnGO" in shown


def test_calls_that_are_spent_need_attention(operator: Visitor, bridge: Bridge):
    bridge.control("limits", used=2000, daily=2000)
    bridge.get("/v1/triggers/new_rma")
    assert "Wait for" in operator.get("/").text


def test_a_hook_without_a_worker_needs_attention_once(operator: Visitor, bridge: Bridge):
    bridge.rules.connections.add(new_connection("other-key", ("other.myshopify.com",)))
    bridge.subscribe()
    assert operator.get("/").text.count("hooks need one") == 1


def test_webhooks_that_have_come_are_shown(operator: Visitor, bridge: Bridge):
    assert "none has come; the bridge asks" in operator.get("/").text
    path = f"/v1/inbound/{bridge.rules.inboxes.secret('operator', SHOPS[0])}"
    sent = {"eventName": "RMA_CREATED", "rmaId": 1}
    assert bridge.call("POST", path, token=None, json=sent).status_code == 202
    assert bridge.rules.webhook_buffer.counts(Inbox("operator", SHOPS[0]))
    assert "last 0 s ago" in operator.get("/").text


def test_the_first_event_is_shown_as_it_comes(operator: Visitor, bridge: Bridge):
    path = "/connections/operator/events"
    assert "Nothing has happened" in operator.get(path).text
    rma_id = bridge.new_rma(customer_name="Planted Person")
    bridge.later()
    shown = operator.get(path).text
    assert f"rma:{rma_id}:created" in shown
    assert "Planted" not in shown
    assert TOKEN not in shown


def test_the_events_of_any_trigger_are_shown(operator: Visitor, bridge: Bridge):
    refund = bridge.new_refund()
    path = "/connections/operator/events?trigger=refund_requested"
    assert f"transaction:{refund}:" in operator.get(path).text
    assert operator.get("/connections/operator/events?trigger=nothing").status_code == 404
    assert operator.get("/connections/foreign/events").status_code == 404


def test_trouble_with_returngo_is_a_sentence_on_the_page(operator: Visitor, bridge: Bridge):
    bridge.control("faults", status=500, share=1)
    shown = operator.get("/connections/operator/events")
    assert shown.status_code == 200
    assert 'role="status"' in shown.text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (7260, "2 h 1 min"),
        (86_400, "1 day"),
        (200_000, "2 days"),
        (-90, "1 min"),
    ],
)
def test_a_span_is_said_as_people_say_it(seconds: float, words: str):
    assert span(seconds) == words
