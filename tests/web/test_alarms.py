"""Alarms of a bridge, told to a real receiver over HTTP."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from standardwebhooks import Webhook

from connector.alarms.alarms import ALARM_EVERY, OPERATORS_OWN, Alarms
from connector.cli.worker import jobs_of
from connector.delivery import TargetRefused, TargetRules, new_secret
from connector.delivery.http.targets import read_url, vet
from connector.delivery.queue.schedule import LASTS
from connector.findings import Findings, Verdict
from tests.delivery.receivers import Receiver, read_request, receiving
from tests.processes import SHOPS
from tests.web.conftest import API_KEY, TOKEN, Bridge, Build

SECRET = new_secret()


@dataclass
class Address:
    """The operator's address, and the status with which it answers."""

    status: int = 200


@pytest.fixture
def address() -> Address:
    return Address()


@pytest.fixture
def receiver(address: Address) -> Iterator[Receiver]:
    def one_answer(receiver: Receiver, line: socket.socket) -> None:
        if read_request(receiver, line):
            line.sendall(f"HTTP/1.1 {address.status} X\r\nContent-Length: 0\r\n\r\n".encode())

    with receiving(one_answer) as receiver:
        yield receiver


@pytest.fixture
def alarmed(build: Build, receiver: Receiver) -> Bridge:
    return build(alarm_url=receiver.url, alarm_secret=SECRET)


def worker(bridge: Bridge) -> Alarms:
    """Return the alarms of one worker."""
    alarms = Alarms.of(bridge.rules)
    assert alarms is not None
    return alarms


def later(bridge: Bridge) -> None:
    bridge.clock.advance(timedelta(seconds=ALARM_EVERY))


def told(receiver: Receiver) -> list[tuple[str, str]]:
    bodies = [json.loads(body) for _, _, body in receiver.requests]
    return [(each["type"], each["data"]["name"]) for each in bodies]


def find_false(bridge: Bridge, verdict: Verdict = Verdict.FALSE) -> None:
    (connection,) = bridge.rules.connections.all()
    findings = Findings(bridge.rules.store)
    findings.keep(connection.key_id, "ids-shared", verdict, bridge.clock.now())


def test_what_needs_attention_is_told_as_it_begins_and_as_it_is_over(
    alarmed: Bridge, receiver: Receiver
):
    workers = [worker(alarmed), worker(alarmed)]

    def look() -> list[tuple[str, str]]:
        for each in workers * 2:
            each.turn()
            later(alarmed)
        return told(receiver)

    assert look() == []
    find_false(alarmed)
    assert look() == [("alarm.begun", "assumptions")]
    find_false(alarmed, Verdict.TRUE)
    assert look() == [("alarm.begun", "assumptions"), ("alarm.over", "assumptions")]
    find_false(alarmed)
    assert len(look()) == 3, "what comes again is told again"


def test_an_alarm_is_signed_and_says_what_to_do_and_nothing_personal(
    alarmed: Bridge, receiver: Receiver
):
    alarmed.new_rma(customer_name="Planted Person")
    alarmed.get("/v1/triggers/new_rma")
    alarmed.control("faults", status=401, body={"message": "Unauthorized"}, share=1)
    alarmed.later()
    alarmed.get("/v1/triggers/new_rma")
    worker(alarmed).turn()
    (line, headers, body), *_ = receiver.requests
    assert line == "POST /hook HTTP/1.1"
    assert headers["content-type"] == "application/json"
    now = alarmed.clock.now()
    (signature,) = headers["webhook-signature"].split()
    assert signature == Webhook(SECRET).sign(headers["webhook-id"], now, body.decode())
    message: Any = json.loads(body)
    data = message["data"]
    assert (message["type"], message["timestamp"]) == ("alarm.begun", now.isoformat())
    assert (data["name"], data["begun_at"], data["over_at"]) == ("reading", now.isoformat(), None)
    assert "ReturnGO refuses the key" in data["seen"]
    assert SHOPS[0] in data["seen"]
    assert "Make a new key in ReturnGO" in data["mend"]
    for secret in ("Planted", API_KEY, TOKEN, SECRET):
        assert secret not in str(receiver.requests)


def test_each_list_that_cannot_be_read_is_an_alarm_of_its_own(alarmed: Bridge, receiver: Receiver):
    alarms = worker(alarmed)
    alarmed.get("/v1/triggers/new_rma")
    alarmed.control("faults", status=401, body={"message": "Unauthorized"}, share=1)
    alarmed.later()
    alarmed.get("/v1/triggers/new_rma")
    alarms.turn()
    first = len(receiver.requests)
    assert first > 0
    later(alarmed)
    alarmed.get("/v1/triggers/new_transaction")
    alarms.turn()
    assert len(receiver.requests) > first


def test_what_is_not_taken_is_tried_again_under_the_same_id(
    alarmed: Bridge, receiver: Receiver, address: Address, log: list[Any]
):
    alarms = worker(alarmed)
    address.status = 500
    find_false(alarmed)
    alarms.turn()
    alarms.turn()
    assert len(receiver.requests) == 1, "not before it is due"
    later(alarmed)
    address.status = 204
    alarms.turn()
    later(alarmed)
    alarms.turn()
    ids = [headers["webhook-id"] for _, headers, _ in receiver.requests]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    (warning,) = [each for each in log if each["event"] == "alarm.not_told"]
    assert (warning["log_level"], warning["failure"]) == ("warning", "answered 500")
    assert receiver.url not in str(log)


def test_what_is_never_taken_is_given_up_after_two_days(
    alarmed: Bridge, receiver: Receiver, address: Address, log: list[Any]
):
    alarms = worker(alarmed)
    address.status = 500
    find_false(alarmed)
    alarms.turn()
    alarmed.clock.advance(LASTS)
    alarms.turn()
    assert [each["event"] for each in log if each["log_level"] == "warning"][-1] == "alarm.given_up"
    before = len(receiver.requests)
    alarmed.clock.advance(LASTS)
    alarms.turn()
    assert len(receiver.requests) == before
    find_false(alarmed, Verdict.TRUE)
    address.status = 200
    alarms.turn()
    assert told(receiver)[-1] == ("alarm.over", "assumptions")


def test_an_address_where_nothing_listens_is_a_warning(build: Build, log: list[Any]):
    bridge = build(alarm_url="http://127.0.0.1:1/", alarm_secret=SECRET)
    find_false(bridge)
    worker(bridge).turn()
    assert [each["event"] for each in log if each["log_level"] == "warning"] == ["alarm.not_told"]


def test_a_worker_that_looks_is_not_missing(alarmed: Bridge, receiver: Receiver):
    alarmed.subscribe()
    worker(alarmed).turn()
    assert receiver.requests == []


@pytest.mark.parametrize("inside", ["10.1.2.3", "192.168.1.7", "fd00::7"])
def test_the_operators_address_may_be_inside_but_not_in_clear(inside: str):
    vet([ip_address(inside)], OPERATORS_OWN, is_encrypted=True)
    for rules, is_encrypted in ((OPERATORS_OWN, False), (TargetRules(), True)):
        with pytest.raises(TargetRefused):
            vet([ip_address(inside)], rules, is_encrypted=is_encrypted)
    url = "https://alarms.internal:9443/in"
    assert read_url(url, OPERATORS_OWN).url == url


def test_a_worker_tells_alarms_where_an_address_is_set(bridge: Bridge, alarmed: Bridge):
    for each, expected in ((bridge, False), (alarmed, True)):
        assert ("alarms" in [job.name for job in jobs_of(each.rules)]) == expected
