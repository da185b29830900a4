from datetime import timedelta
from typing import Any

import pytest

from connector.delivery.http.sender import Reply
from tests.page.conftest import Visitor
from tests.stand_ins import HandSender
from tests.web.conftest import Bridge
from tests.web.test_hooks import go_away, work

HOURS = 60  # until an event is given up


@pytest.fixture
def failing(bridge: Bridge, sender: HandSender) -> dict[str, Any]:
    """A hook whose only event was given up."""
    hook: dict[str, Any] = bridge.subscribe("new_rma")
    bridge.new_rma()
    bridge.clock.advance(timedelta(seconds=2))
    sender.reply = lambda _: Reply(status=500, failure="answered 500")
    for _ in range(HOURS):
        work(bridge)
        bridge.clock.advance(timedelta(hours=1))
    return hook


def page_of(hook: dict[str, Any]) -> str:
    return f"/connections/operator/hooks/{hook['id']}"


def test_a_failing_hook_is_found_mended_and_replayed(
    operator: Visitor, bridge: Bridge, sender: HandSender, failing: dict[str, Any]
):
    assert "1 of new_rma to hooks.example.com" in operator.get("/").text
    assert page_of(failing) in operator.get("/hooks").text
    shown = operator.get(page_of(failing)).text
    assert "answered 500" in shown
    assert "given up" in shown
    sender.reply = lambda _: Reply(status=200)
    operator.send(page_of(failing), to=f"{page_of(failing)}/replay")
    work(bridge)
    again = operator.get(page_of(failing)).text
    assert "1 delivery is sent again." in again
    assert "delivered" in again
    assert "Send again what was given up" not in again
    assert "1 of new_rma" not in operator.get("/").text


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (Reply(status=204), "The target took the sample: it answered 204."),
        (Reply(status=500, failure="answered 500"), "The sample did not arrive: answered 500."),
    ],
)
def test_the_sample_is_sent_and_the_answer_said_once(
    operator: Visitor, bridge: Bridge, sender: HandSender, reply: Reply, sentence: str
):
    path = page_of(bridge.subscribe("new_rma"))
    sender.reply = lambda _: reply
    operator.send(path, to=f"{path}/test")
    assert sentence in operator.get(path).text
    assert sentence not in operator.get(path).text
    operator.send(path, to=f"{path}/test")
    assert "This hook was tested a moment ago" in operator.get(path).text


def test_a_hook_is_ended(operator: Visitor, bridge: Bridge):
    path = page_of(bridge.subscribe("new_rma"))
    assert operator.send(path, to=f"{path}/end").location == "/hooks"
    assert operator.get(path).status_code == 404
    assert "There are none." in operator.get("/hooks").text


def test_where_a_hook_goes_is_shown_by_its_host_alone(operator: Visitor, bridge: Bridge):
    hook = bridge.subscribe("new_rma", target_url="https://hooks.example.com/catch/planted")
    for path in ("/hooks", page_of(hook)):
        shown = operator.get(path).text
        assert "hooks.example.com" in shown
        assert "planted" not in shown


def test_a_hook_at_rest_needs_attention_and_is_woken(
    operator: Visitor, bridge: Bridge, sender: HandSender
):
    path = page_of(bridge.subscribe("new_rma"))
    go_away(bridge, sender)
    for shown in (operator.get("/").text, operator.get(path).text):
        assert "answered 404 or nothing" in shown
        assert "wake the hook" in shown
    assert "new_rma to hooks.example.com" in operator.get("/").text
    assert "rests" in operator.get("/hooks").text
    operator.send(path, to=f"{path}/wake")
    assert "It is sent to again." in operator.get(path).text
    assert "Wake this hook" not in operator.get(path).text
    assert "rests" not in operator.get("/hooks").text
