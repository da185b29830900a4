import pytest

from connector.deeds import Doer, Outcome
from tests.page.conftest import Visitor
from tests.web.conftest import Bridge

CUSTOMER = "thandi@example.com"
WORKFLOW = Doer("ledger (rgo_1…)", "zap-1")


def told(bridge: Bridge, outcome: Outcome = Outcome.DONE, about: str = "rma 9801505") -> int:
    deeds = bridge.rules.deeds
    number = deeds.begin(
        WORKFLOW,
        "add_rma_comment",
        connection="operator",
        about=about,
        key="777001",
        asked={"text": f"Call {CUSTOMER}"},
    )
    deeds.end(number, outcome, answer={"name": "Thandi"}, sentence=None, returngo_ids=["rg-1"])
    return number


def test_what_an_action_did_is_found_by_its_rma(operator: Visitor, bridge: Bridge):
    rma_id = bridge.new_rma()
    bridge.act("approve_rma", {"rma_id": rma_id})
    shown = operator.get("/deeds", query_string={"words": rma_id}).text
    assert "Approve RMA" in shown
    assert f"rma {rma_id}" in shown
    assert "the token of the settings" in shown
    assert "Nothing of the last 90 days fits." in operator.get("/deeds?words=4711").text


def test_only_one_outcome_is_shown_where_that_is_asked(operator: Visitor, bridge: Bridge):
    told(bridge, Outcome.DONE, "rma 111")
    told(bridge, Outcome.REFUSED, "rma 222")
    shown = operator.get("/deeds?outcome=refused").text
    assert "rma 222" in shown
    assert "rma 111" not in shown
    assert "rma 111" in operator.get("/deeds?outcome=nonsense").text


def test_older_deeds_are_a_page_away(operator: Visitor, bridge: Bridge):
    for number in range(60):
        told(bridge, about=f"rma {number:03}")
    shown = operator.get("/deeds?words=rma").text
    assert "rma 059" in shown
    assert "rma 009" not in shown
    older = shown.split('">Older</a>')[0].rsplit('href="', 1)[1].replace("&amp;", "&")
    last = operator.get(older).text
    assert "rma 009" in last
    assert "rma 010" not in last
    assert ">Older<" not in last


def test_customers_are_shown_when_asked_for_and_that_is_noted(operator: Visitor, bridge: Bridge):
    number = told(bridge)
    for path in ("/deeds", f"/deeds/{number}"):
        shown = operator.get(path).text
        for secret in (CUSTOMER, "Thandi", "777001"):
            assert secret not in shown
    assert "rg-1" in operator.get(f"/deeds/{number}").text
    shown = operator.send(f"/deeds/{number}", to=f"/deeds/{number}/details").text
    for asked in (CUSTOMER, "Thandi", "777001"):
        assert asked in shown
    noted = bridge.rules.deeds.newest()[0]
    assert (noted.name, noted.about) == ("show_details", f"deed {number}")
    assert noted.doer == "the operator, on the page"


def test_nothing_is_shown_to_a_form_from_elsewhere(operator: Visitor, bridge: Bridge):
    number = told(bridge)
    answer = operator.client.post(f"/deeds/{number}/details")
    assert CUSTOMER not in answer.text
    assert bridge.rules.deeds.newest()[0].id == number


def test_there_is_no_page_of_a_deed_that_never_was(operator: Visitor):
    for number in (4711, 10**25):
        assert operator.get(f"/deeds/{number}").status_code == 404
    assert operator.send("/deeds", to="/deeds/4711/details").status_code == 404


@pytest.mark.parametrize("query", [f"before={10**25}", "before=x", "words=%00", "outcome=%00"])
def test_what_no_form_sends_does_no_harm(operator: Visitor, query: str):
    assert operator.get(f"/deeds?{query}").status_code == 200


def test_what_is_done_on_the_page_is_recorded(operator: Visitor, bridge: Bridge):
    operator.send("/connections/operator", name="ledger", scopes=["read"])
    (token,) = bridge.rules.connections.tokens.all()
    operator.send("/connections/operator", to=f"/tokens/{token.id}/revoke")
    revoked, made = bridge.rules.deeds.newest()
    assert (made.name, made.about) == ("make_token", token.title)
    assert (revoked.name, revoked.about) == ("revoke_token", token.title)
    shown = operator.get("/deeds").text
    assert "Make token" in shown
    assert "Revoke token" in shown
