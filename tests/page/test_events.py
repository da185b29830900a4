from datetime import timedelta

from tests.page.conftest import Visitor
from tests.web.answers import good
from tests.web.conftest import Bridge

PATH = "/connections/operator/events"


def story(operator: Visitor, thing: str) -> str:
    text = operator.get(PATH, query_string={"thing": thing}).text
    return text[text.index("<main") :]


def test_the_story_of_an_rma_is_all_that_was_recorded_of_it(operator: Visitor, bridge: Bridge):
    for trigger in ("new_rma", "rma_status_changed"):
        good(bridge.get(f"/v1/triggers/{trigger}"))
    bridge.clock.advance(timedelta(minutes=5))
    one, other = bridge.new_rma(), bridge.new_rma()
    bridge.later()
    good(bridge.get("/v1/triggers/new_rma"))
    bridge.act("approve_rma", {"rma_id": one})
    bridge.later()
    events = good(bridge.get("/v1/triggers/rma_status_changed"))
    shown = story(operator, f" {one} ")
    assert "New RMA" in shown
    assert "Pending → Approved" in shown
    for each in events:
        assert (each["id"] in shown) == (each["rma_id"] == one)
    assert shown.index("Approved") < shown.index("New RMA"), "the newest first"
    assert f"rma:{other}:created" not in shown


def test_the_story_of_a_refund_is_found_by_its_id(operator: Visitor, bridge: Bridge):
    good(bridge.get("/v1/triggers/refund_requested"))
    refund = bridge.new_refund()
    bridge.later()
    good(bridge.get("/v1/triggers/refund_requested"))
    assert f"transaction:{refund}:Requested" in story(operator, refund)


def test_of_what_is_not_known_there_is_no_story(operator: Visitor, bridge: Bridge):
    good(bridge.get("/v1/triggers/new_rma"))
    for thing in ("4711", "' OR 1=1 --", "<b>"):
        shown = story(operator, thing)
        assert "Nothing is recorded of it." in shown
        assert "<b>" not in shown
