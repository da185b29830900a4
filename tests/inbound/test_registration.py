from collections.abc import Iterable
from datetime import timedelta

import pytest

from connector.inbound import EVENTS, Inboxes, Registrar, Registration, RegistrationStatus
from connector.inbound.inboxes import OVERLAP, Inbox
from connector.returngo import BadRequest
from tests.processes import SHOPS

URL = "https://bridge.example.com"
DEMO = SHOPS[0]


@pytest.fixture
def registrar(store, vault, upstream, clock):
    return Registrar(Inboxes(store, vault, clock), upstream, URL)


@pytest.fixture
def returngo(upstream, connection):
    return upstream.open(connection, DEMO)


@pytest.fixture
def writes(sandbox):
    """Tell which writes ReturnGO has applied since last asked."""

    def applied():
        calls = [call.method for call in sandbox.simulation.calls if call.applied]
        sandbox.simulation.calls.clear()
        return calls

    return applied


def standings(found: Iterable[Registration]) -> dict[str, RegistrationStatus]:
    return {each.event_name: each.status for each in found}


def test_all_events_of_a_shop_are_registered_once_however_often_it_is_done(
    registrar, returngo, connection, writes
):
    first = standings(registrar.register(connection, DEMO))
    assert first == dict.fromkeys(EVENTS, RegistrationStatus.REGISTERED)
    assert writes() == ["POST"] * 7
    assert standings(registrar.register(connection, DEMO)) == dict.fromkeys(
        EVENTS, RegistrationStatus.STANDS
    )
    assert writes() == []
    (url,) = {row["url"] for row in returngo.list_webhooks()}
    assert url.startswith(f"{URL}/v1/inbound/")
    assert registrar.inboxes.find(url.rpartition("/")[2]).shop == DEMO


def test_each_shop_has_its_own_address(registrar, returngo, upstream, connection):
    for shop in SHOPS:
        list(registrar.register(connection, shop))
    other = upstream.open(connection, SHOPS[1])
    assert returngo.list_webhooks()[0]["url"] != other.list_webhooks()[0]["url"]


def test_what_others_have_registered_is_left_alone(registrar, returngo, connection, writes):
    returngo.add_webhook("https://other.example.net/hook", "RMA_CREATED")
    writes()
    found = {each.event_name: each for each in registrar.register(connection, DEMO)}
    assert found["RMA_CREATED"].status is RegistrationStatus.TAKEN
    assert found["RMA_CREATED"].host == "other.example.net"
    assert writes() == ["POST"] * 6
    assert standings(registrar.show(connection, DEMO))["RMA_CREATED"] is RegistrationStatus.FOREIGN
    assert len(list(registrar.remove(connection, DEMO))) == 6
    assert [row["url"] for row in returngo.list_webhooks()] == ["https://other.example.net/hook"]


def test_a_bridge_that_moves_takes_its_registrations_along(
    registrar, returngo, store, vault, upstream, connection, writes
):
    list(registrar.register(connection, DEMO))
    writes()
    moved = Registrar(Inboxes(store, vault), upstream, "https://new.example.com/bridge")
    assert standings(moved.register(connection, DEMO)) == dict.fromkeys(
        EVENTS, RegistrationStatus.MOVED
    )
    assert writes() == ["PUT"] * 7
    assert all(
        row["url"].startswith("https://new.example.com/bridge/v1/inbound/")
        for row in returngo.list_webhooks()
    )


def test_a_bridge_that_lost_its_database_recognises_its_own(
    registrar, returngo, connection, writes
):
    returngo.add_webhook(f"{URL}/v1/inbound/of-an-earlier-database", "RMA_CREATED")
    writes()
    assert (
        standings(registrar.register(connection, DEMO))["RMA_CREATED"] is RegistrationStatus.MOVED
    )
    assert writes() == ["PUT", *["POST"] * 6]


def test_an_address_that_only_looks_alike_is_not_ours(registrar, returngo, connection):
    returngo.add_webhook("https://other.example.net/v1/inbound/secret", "RMA_CREATED")
    returngo.add_webhook("https://bridge.example.com.example.net/x", "REFUND_CREATED")
    assert list(registrar.remove(connection, DEMO)) == []


def test_a_refusal_that_no_other_registration_explains_is_not_hidden(
    registrar, sandbox, connection
):
    answer = sandbox.test_client().post(
        "/_sandbox/faults", json={"kind": "status", "status": 400, "method": "POST"}
    )
    assert answer.status_code == 200
    with pytest.raises(BadRequest):
        list(registrar.register(connection, DEMO))


def test_a_lost_answer_is_no_second_registration(registrar, returngo, sandbox, connection):
    sandbox.test_client().post(
        "/_sandbox/faults", json={"kind": "lost_answer", "method": "POST", "count": 1}
    )
    with pytest.raises(Exception, match="ReturnGO"):
        list(registrar.register(connection, DEMO))
    list(registrar.register(connection, DEMO))
    assert sorted(row["eventName"] for row in returngo.list_webhooks()) == sorted(EVENTS)


def addresses(returngo) -> set[str]:
    """Return the secret parts of the addresses that ReturnGO uses."""
    return {row["url"].rpartition("/")[2] for row in returngo.list_webhooks()}


def taken(inboxes: Inboxes, secret: str) -> Inbox:
    inbox = inboxes.find(secret)
    assert inbox is not None
    return inbox


def test_an_address_is_renewed_without_a_gap_in_every_process(
    registrar, returngo, store, vault, connection, clock, writes
):
    elsewhere = Inboxes(store, vault, clock)
    list(registrar.register(connection, DEMO))
    (old,) = addresses(returngo)
    assert taken(elsewhere, old).shop == DEMO
    writes()
    for _ in registrar.renew(connection, DEMO):
        for each in addresses(returngo):
            assert taken(elsewhere, each).shop == DEMO
    assert writes() == ["PUT"] * 7
    (new,) = addresses(returngo)
    assert new != old
    assert (taken(elsewhere, new).is_former, taken(elsewhere, old).is_former) == (False, True)
    clock.advance(OVERLAP - timedelta(microseconds=1))
    assert elsewhere.find(old)
    clock.advance(timedelta(microseconds=1))
    assert elsewhere.find(old) is registrar.inboxes.find(old) is None
    assert taken(elsewhere, new).shop == DEMO


@pytest.mark.parametrize("again", ["renew", "register"])
def test_a_renewal_that_was_cut_off_goes_on_and_takes_both_addresses_until_then(
    registrar, returngo, sandbox, connection, clock, again
):
    list(registrar.register(connection, DEMO))
    (old,) = addresses(returngo)
    fault = {"kind": "status", "status": 400, "method": "PUT"}
    renewing = registrar.renew(connection, DEMO)
    next(renewing)
    sandbox.test_client().post("/_sandbox/faults", json=fault)
    with pytest.raises(BadRequest):
        list(renewing)
    (new,) = addresses(returngo) - {old}
    clock.advance(30 * OVERLAP)
    assert registrar.inboxes.find(old).shop == registrar.inboxes.find(new).shop == DEMO
    list(getattr(registrar, again)(connection, DEMO))
    assert addresses(returngo) == {new}
    clock.advance(OVERLAP)
    assert registrar.inboxes.find(old) is None


def test_an_address_that_was_renewed_twice_is_not_taken_any_more(registrar, returngo, connection):
    list(registrar.register(connection, DEMO))
    (first,) = addresses(returngo)
    for _ in range(2):
        list(registrar.renew(connection, DEMO))
    assert registrar.inboxes.find(first) is None


def test_a_shop_without_an_address_gets_one_by_renewing(registrar, returngo, connection):
    assert standings(registrar.renew(connection, DEMO)) == dict.fromkeys(
        EVENTS, RegistrationStatus.REGISTERED
    )
    (only,) = addresses(returngo)
    assert not registrar.inboxes.find(only).is_former
