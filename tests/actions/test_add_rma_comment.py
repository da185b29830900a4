from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import app
from connector.blocks import InvalidInput, read_input
from connector.returngo import NotFound, ReturnGO, Unavailable
from connector.sandbox.app import SandboxApp
from tests.conftest import Control
from tests.stand_ins import HandClock

ACTION = app.CATALOGUE.actions["add_rma_comment"]
APART, SECOND = ReturnGO.clocks_apart, timedelta(seconds=1)


@pytest.fixture
def rma_id(control: Control) -> str:
    return str(control("rmas")["rmaSummary"]["rmaId"])


def comments(returngo: ReturnGO, rma_id: str) -> list[str]:
    """Tell what people have said; the sandbox's own first comment is the system's."""
    there = returngo.get_rma(rma_id)["comments"]
    return [each["htmlText"] for each in there if each["commentType"] == "merchant"]


def add(returngo: ReturnGO, rma_id: str, text: str, **more: str) -> dict[str, Any]:
    return ACTION.perform(returngo, {"rma_id": rma_id, "text": text, **more})


def look(returngo: ReturnGO, clock: HandClock, rma_id: str, text: str) -> Any:
    assert ACTION.already_done is not None
    return ACTION.already_done(returngo, clock.now(), rma_id=rma_id, text=text)


def test_a_comment_is_added_at_returngo_and_answered(returngo: ReturnGO, rma_id: str) -> None:
    shown = add(returngo, rma_id, "Parcel arrived.")
    assert shown.pop("id").startswith(f"{rma_id}:")
    assert shown == {
        "rma_id": rma_id,
        "html": "<p>Parcel arrived.</p>",
        "shop": "demo.myshopify.com",
    }
    assert comments(returngo, rma_id) == ["<p>Parcel arrived.</p>"]


def test_plain_text_stays_as_it_was_written(returngo: ReturnGO, rma_id: str) -> None:
    add(returngo, rma_id, 'Box < 2 kg & "wet"\r\n<script>\n\nIt\'s here\n', format="Plain Text")
    assert comments(returngo, rma_id) == [
        '<p>Box &lt; 2 kg &amp; "wet"<br>&lt;script&gt;<br><br>It\'s here</p>'
    ]


def test_html_goes_as_it_is(returngo: ReturnGO, rma_id: str) -> None:
    add(returngo, rma_id, "<b>Wet</b>\n&amp; torn", format="HTML")
    assert comments(returngo, rma_id) == ["<b>Wet</b>\n&amp; torn"]


def test_text_is_plain_unless_said(rma_id: str) -> None:
    sent = {"rma_id": rma_id, "text": "1 < 2"}
    assert read_input(ACTION.input_schema, sent)["format"] == "Plain Text"


def test_a_blank_text_is_refused(rma_id: str) -> None:
    with pytest.raises(InvalidInput, match="text: is missing"):
        read_input(ACTION.input_schema, {"rma_id": rma_id, "text": " \n"})


def test_the_same_comment_has_the_same_id_and_another_has_another(
    returngo: ReturnGO, rma_id: str
) -> None:
    first, again, other = (add(returngo, rma_id, text) for text in ("One", "One", "Two"))
    assert first["id"] == again["id"] != other["id"]


def test_an_unknown_rma_is_not_found(returngo: ReturnGO) -> None:
    with pytest.raises(NotFound) as refusal:
        add(returngo, "1", "Parcel arrived.")
    assert str(refusal.value) == "ReturnGO has no RMA 1 in demo.myshopify.com."
    assert refusal.value.request_id


def test_an_unknown_outcome_is_not_tried_again_at_once(
    control: Control, returngo: ReturnGO, rma_id: str, made_writes: Callable[[], list[str]]
) -> None:
    control("faults", kind="lost_answer", method="POST")
    with pytest.raises(Unavailable):
        add(returngo, rma_id, "Parcel arrived.")
    assert made_writes() == [f"POST /rma/{rma_id}/comment"]


def test_after_an_interrupted_try_the_comment_is_found(
    returngo: ReturnGO, clock: HandClock, rma_id: str
) -> None:
    added = add(returngo, rma_id, "Parcel <1>")
    found = look(returngo, clock, rma_id, "Parcel <1>")
    assert ACTION.show(found, returngo.shop) == added


def test_another_comment_is_not_taken_for_it(
    returngo: ReturnGO, clock: HandClock, rma_id: str
) -> None:
    add(returngo, rma_id, "Parcel 1")
    assert look(returngo, clock, rma_id, "Parcel 2") is None


@pytest.mark.parametrize(("age", "is_ours"), [(APART - SECOND, True), (APART + SECOND, False)])
def test_an_equal_comment_of_before_is_ours_only_as_far_as_clocks_may_differ(
    returngo: ReturnGO, clock: HandClock, rma_id: str, age: timedelta, is_ours: bool
) -> None:
    add(returngo, rma_id, "Reminded")
    clock.advance(age)
    assert (look(returngo, clock, rma_id, "Reminded") is not None) == is_ours


def test_a_comment_without_a_readable_time_is_not_taken_for_it(
    returngo: ReturnGO, sandbox: SandboxApp, clock: HandClock, rma_id: str
) -> None:
    add(returngo, rma_id, "Parcel arrived.")
    del sandbox.simulation.world.rmas[int(rma_id)].comments[-1]["datetime"]
    assert look(returngo, clock, rma_id, "Parcel arrived.") is None
