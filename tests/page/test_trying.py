import re
from typing import Any

import pytest

import app as root
from connector.deeds import Outcome
from tests.page.conftest import Visitor
from tests.web.conftest import Bridge

TRY = "/connections/operator/try"
BLOCKS: dict[str, Any] = {
    **root.CATALOGUE.triggers,
    **root.CATALOGUE.searches,
    **root.CATALOGUE.actions,
}


@pytest.mark.parametrize("key", BLOCKS)
def test_each_block_has_a_form_of_what_it_takes(operator: Visitor, key: str):
    block = BLOCKS[key]
    assert f"{TRY}/{key}" in operator.get(TRY).text
    shown = operator.get(f"{TRY}/{key}")
    assert shown.status_code == 200
    for name, field in block.input().fields.items():
        assert f'name="{name}"' in shown.text
        assert field.metadata["title"] in shown.text


def test_an_action_does_what_a_workflow_would_have_it_do(operator: Visitor, bridge: Bridge):
    rma_id = bridge.new_rma()
    answer = operator.send(f"{TRY}/update_rma_status", rma_id=rma_id, status="Approved")
    assert answer.status_code == 200
    assert "It answered" in answer.text
    assert "Approved" in answer.text
    done = bridge.rules.deeds.newest()[0]
    assert (done.doer, done.outcome) == ("the operator, on the page", Outcome.DONE)
    assert f"PUT /rma/{rma_id}/status" in bridge.calls()


def test_a_form_that_is_sent_twice_is_done_once(operator: Visitor, bridge: Bridge):
    rma_id = bridge.new_rma()
    path = f"{TRY}/add_rma_comment"
    key = re.search(r'name="idempotency_key" value="(\w+)"', operator.get(path).text)
    assert key is not None
    for _ in range(2):
        operator.send(path, rma_id=rma_id, text="Parcel arrived.", idempotency_key=key[1])
    assert bridge.calls().count(f"POST /rma/{rma_id}/comment") == 1
    assert [each.outcome for each in bridge.rules.deeds.newest()] == [
        Outcome.REPEATED,
        Outcome.DONE,
    ]


def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(operator: Visitor, bridge: Bridge):
    answer = operator.send(f"{TRY}/update_rma_status", rma_id="", status="Approved")
    assert answer.status_code == 422
    assert "Nothing was done." in answer.text
    assert "<code>rma_id</code> is missing." in answer.text
    assert "<option selected>Approved</option>" in answer.text
    assert bridge.calls() == []


def test_what_returngo_refuses_is_said_in_its_words(operator: Visitor):
    answer = operator.send(f"{TRY}/update_rma_status", rma_id="4711", status="Approved")
    assert answer.status_code == 422
    assert "ReturnGO has no such thing" in answer.text


@pytest.mark.parametrize(
    ("key", "fields"),
    [("find_rma", {"rma_id": "{rma}"}), ("list_rmas", {}), ("count_rmas", {})],
)
def test_a_search_shows_what_it_finds_and_that_is_noted(
    operator: Visitor, bridge: Bridge, key: str, fields: dict[str, str]
):
    rma_id = bridge.new_rma()
    answer = operator.send(
        f"{TRY}/{key}", **{name: value.format(rma=rma_id) for name, value in fields.items()}
    )
    assert answer.status_code == 200
    assert "It answered" in answer.text
    assert key == "count_rmas" or rma_id in answer.text
    noted = bridge.rules.deeds.newest()[0]
    assert (noted.name, noted.doer) == (key, "the operator, on the page")


def test_a_trigger_shows_its_newest_events(operator: Visitor, bridge: Bridge):
    bridge.get("/v1/triggers/new_rma")
    rma_id = bridge.new_rma()
    bridge.later()
    answer = operator.send(f"{TRY}/new_rma")
    assert rma_id in answer.text


def test_lines_are_written_as_json(operator: Visitor, bridge: Bridge):
    path = f"{TRY}/create_rma"
    assert "Written as JSON" in operator.get(path).text
    wrong = operator.send(path, order_id="1", policy_id="1", items="two cups")
    assert "<code>items</code> is not JSON" in wrong.text
    unknown = operator.send(path, order_id="1", policy_id="1", items='[{"line_item_id": "1"}]')
    assert unknown.status_code == 422
    assert "is not JSON" not in unknown.text
    assert bridge.calls() != []


def test_drop_downs_are_filled_when_asked(operator: Visitor, bridge: Bridge):
    refund = bridge.new_refund()
    path = f"{TRY}/record_transaction"
    assert refund not in operator.get(path).text
    filled = operator.send(path, fill="1", status="Success").text
    assert f'<option value="{refund}">' in filled
    assert "<option selected>Success</option>" in filled, "what was chosen stays"
    assert bridge.rules.deeds.newest() == [], "filling a drop-down does nothing"
    bridge.control("faults", status=500, share=1)
    assert "ReturnGO answered with status 500." in operator.send(path, fill="1").text


def test_filling_drop_downs_keeps_the_forms_key(operator: Visitor, bridge: Bridge):
    """Else what nobody knows to be done would be done a second time."""
    bridge.control("faults", kind="lost_answer", share=1)
    path, refund = f"{TRY}/record_transaction", bridge.new_refund()
    given = {"transaction_id": refund, "status": "Success", "idempotency_key": "the-forms-own"}
    assert "ReturnGO" in operator.send(path, **given).text
    kept = 'name="idempotency_key" value="the-forms-own"'
    assert kept in operator.send(path, **given, fill="1").text
    without_csrf = operator.client.post(path, data=given)
    assert kept in without_csrf.text
    bridge.control("faults", method="DELETE")
    assert kept not in operator.send(path, **given).text, "once it is done, another"


def test_a_drop_down_is_not_filled_for_a_form_from_elsewhere(operator: Visitor, bridge: Bridge):
    operator.client.post(f"{TRY}/record_transaction", data={"fill": "1"})
    assert bridge.calls() == []


@pytest.mark.parametrize("text", ["[" * 5000, '{"a": 1, "a": 2}', "[1e999999]", "{", "NaN"])
def test_json_that_could_mean_anything_is_refused(operator: Visitor, bridge: Bridge, text: str):
    answer = operator.send(f"{TRY}/create_rma", order_id="1", policy_id="1", items=text)
    assert answer.status_code == 422
    assert "<code>items</code> is not JSON" in answer.text
    assert bridge.calls() == []


def test_a_form_from_elsewhere_does_nothing(operator: Visitor, bridge: Bridge):
    rma_id = bridge.new_rma()
    fields = {"rma_id": rma_id, "status": "Approved"}
    operator.client.post(f"{TRY}/update_rma_status", data=fields)
    assert bridge.calls() == []


def test_there_is_no_form_of_a_block_that_is_none(operator: Visitor):
    assert operator.get(f"{TRY}/shops").status_code == 404
    assert operator.get("/connections/nobody/try").status_code == 404
