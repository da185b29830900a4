import re
from datetime import timedelta

import pytest

from connector.page import backfill
from tests.page.conftest import Visitor
from tests.processes import SHOPS
from tests.web.answers import good
from tests.web.conftest import Bridge

PATH = "/connections/operator/backfill"
OLD = "2025-06-01T10:00:00+00:00"


def fields(bridge: Bridge, **more: str) -> dict[str, str]:
    since = (bridge.clock.now() - timedelta(days=400)).date().isoformat()
    return {"shop": SHOPS[0], "since": since, **more}


def test_history_is_brought_in_and_shown_where_that_is_asked(operator: Visitor, bridge: Bridge):
    good(bridge.get("/v1/triggers/new_rma"))
    rma_id = bridge.new_rma(created_at=OLD, updated_at=OLD)
    answer = operator.send(PATH, **fields(bridge, emits="y"))
    assert f"All of {SHOPS[0]} since" in answer.text
    bridge.later()
    assert rma_id in str(good(bridge.get("/v1/triggers/new_rma?limit=100")))
    (done,) = bridge.rules.deeds.newest()
    assert (done.name, SHOPS[0] in done.about) == ("backfill", True)


def test_without_that_it_is_only_remembered(operator: Visitor, bridge: Bridge):
    good(bridge.get("/v1/triggers/new_rma"))
    rma_id = bridge.new_rma(created_at=OLD, updated_at=OLD)
    assert "is there." in operator.send(PATH, **fields(bridge)).text
    bridge.later()
    assert rma_id not in str(good(bridge.get("/v1/triggers/new_rma?limit=100")))


def carried(text: str) -> str:
    found = re.search(r'name="so_far"[^>]*value="([^"]*)"', text)
    assert found is not None
    return found[1]


def test_each_sending_brings_in_some_more_until_all_is_there(
    operator: Visitor, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(backfill, "SECONDS_AT_ONCE", 0.0)
    for _ in range(4):
        bridge.new_rma(created_at=OLD, updated_at=OLD)
    so_far = ""
    shown: list[str] = []
    while not shown or "data-go-on" in shown[-1]:
        shown.append(operator.send(PATH, **fields(bridge, emits="y", so_far=so_far)).text)
        so_far = carried(shown[-1])
        assert len(shown) < 20
    assert "is there." in shown[-1]
    counts = [found for text in shown for found in re.findall(r"(\d) of 4 rmas", text)]
    assert counts == sorted(counts), "the bar only grows"
    assert {"1", "2", "3"} <= {*counts}
    details = [call for call in bridge.calls() if call.startswith("GET /rma/")]
    assert len(details) == len({*details}) == 4, "no call is made twice"


def test_it_does_not_go_on_by_itself_where_nothing_can_be_brought_in(
    operator: Visitor, bridge: Bridge, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(backfill, "SECONDS_AT_ONCE", 0.0)
    failing = [bridge.new_rma(created_at=OLD, updated_at=OLD) for _ in range(2)]
    fault = {"path": f"/rma/{failing[0]}", "status": 500, "share": 1}
    bridge.sandbox.test_client().post("/_sandbox/faults", json=fault)
    so_far = ""
    shown: list[str] = []
    while not shown or "data-go-on" in shown[-1]:
        shown.append(operator.send(PATH, **fields(bridge, emits="y", so_far=so_far)).text)
        so_far = carried(shown[-1])
        assert len(shown) < 12
    assert "ReturnGO does not show what comes next." in shown[-1]
    assert "Go on" in shown[-1]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"since": "tomorrow"}, "Not a valid date value."),
        ({"since": ""}, "Choose a day."),
        ({"since": "2999-01-01"}, "It lies in the future."),
        ({"shop": "foreign.example.com"}, "Not a valid choice."),
    ],
)
def test_what_cannot_be_brought_in_is_said(
    operator: Visitor, bridge: Bridge, change: dict[str, str], sentence: str
):
    answer = operator.send(PATH, **{**fields(bridge), **change})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert bridge.calls() == []


def test_a_form_without_a_day_is_none(operator: Visitor, bridge: Bridge):
    answer = operator.send(PATH, shop=SHOPS[0])
    assert answer.status_code == 422
    assert "Choose a day." in answer.text
    assert bridge.calls() == []


def test_trouble_at_returngo_is_said_and_it_may_go_on(operator: Visitor, bridge: Bridge):
    bridge.control("faults", status=401, body={"message": "Unauthorized"}, share=1)
    shown = operator.send(PATH, **fields(bridge)).text
    assert "ReturnGO does not know this key." in shown
    assert "Go on" in shown
    assert "data-go-on" not in shown
    bridge.control("faults", method="DELETE")
    assert "is there." in operator.send(PATH, **fields(bridge)).text


def test_a_spent_day_is_said(operator: Visitor, bridge: Bridge):
    bridge.control("limits", daily=1, used=1)
    assert "after midnight UTC" in operator.send(PATH, **fields(bridge)).text
