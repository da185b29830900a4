"""REST hooks through real processes: bridge, worker, sandbox, receiver.

WORKER_KILLS and HOOK_DELIVERIES say how often a worker is killed, and over how many deliveries.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from connector.connections import Connection
from connector.store import Store, Vault
from tests.delivery.bureau import Bureau
from tests.end_to_end.hook_receiver import Receiver, receiving
from tests.end_to_end.waiting import eventually
from tests.processes import SECRET, SHOPS, Sandbox, running_bridge, running_worker
from tests.stand_ins import HandClock, HandSender

KILLS = int(os.environ.get("WORKER_KILLS", "3"))
DELIVERIES = int(os.environ.get("HOOK_DELIVERIES", "300"))
HOOKS = min(100, DELIVERIES // 10)
PER_HOST = 4  # hooks
MOST_ROUNDS = 20
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_a_refund_is_told_as_a_poll_shows_it_and_signed(
    real_sandbox: Sandbox, database_url: str, receiver: Receiver
):
    with (
        running_bridge(real_sandbox.url, database_url) as bridge,
        running_worker(real_sandbox.url, database_url) as worker,
    ):
        body = {"trigger": "refund_requested", "target_url": receiver.url("refunds")}
        hook = bridge.call("POST", "/v1/hooks", json=body).json()
        refund = real_sandbox.control("transactions", {"amount": "199.90", "currency": "ZAR"})
        ((path, headers, sent),) = eventually(lambda: list(receiver.received))
        assert path == "refunds"
        event = Webhook(hook["secret"]).verify(sent.decode(), headers)
        assert event["transaction_id"] == str(refund["id"])
        (polled,) = (each for each in bridge.poll("refund_requested") if each["id"] == event["id"])
        assert json.loads(sent) == polled

        test = bridge.call("POST", f"/v1/hooks/{hook['id']}/test").json()
        assert (test["delivered"], receiver.ids()[-1]) == (True, test["webhook_id"])

        assert bridge.call("DELETE", f"/v1/hooks/{hook['id']}").status_code == 204
        worker.process.terminate()
        assert worker.process.wait() == 0
    assert len(receiver.received) == 2
    log = "".join(worker.log)
    assert "delivery.sent" in log
    assert "/refunds" not in log


@dataclass
class Campaign:
    """Many events that are to go to many hooks."""

    receiver: Receiver
    bureau: Bureau

    def subscribe(self) -> None:
        """Subscribe to four paths on each of many hosts."""
        for number in range(HOOKS):
            url = self.receiver.url(f"{number}", host=1 + number // PER_HOST)
            self.bureau.subscribe(url=url)

    def record(self) -> int:
        """Let the events happen, and answer how many deliveries that makes."""
        events = DELIVERIES // HOOKS
        for _ in range(events):
            self.bureau.refund()
        return HOOKS * events

    def arrived(self) -> dict[tuple[str, str], set[str]]:
        """Return under which ids each event has arrived at each hook."""
        arrived: dict[tuple[str, str], set[str]] = {}
        for path, headers, body in list(self.receiver.received):
            arrived.setdefault((path, json.loads(body)["id"]), set()).add(headers["webhook-id"])
        return arrived

    def wait_for(self, arrivals: int) -> None:
        eventually(lambda: len(self.arrived()) >= arrivals, patience=120)


@pytest.fixture
def campaign(each_store: Store, receiver: Receiver) -> Campaign:
    connection = Connection(id="operator", shops=SHOPS, api_key="demo-key", label="demo")
    now = HandClock(datetime.now(UTC))
    bureau = Bureau(each_store, Vault([SECRET]), now, HandSender(), connection)
    bureau.ready()
    campaign = Campaign(receiver, bureau)
    campaign.subscribe()
    return campaign


def test_however_often_a_worker_is_killed_all_arrives_and_what_comes_twice_has_one_id(
    each_database_url: str, campaign: Campaign, receiver: Receiver
):
    due = campaign.record()
    for kill in range(KILLS):
        with running_worker(NOWHERE, each_database_url) as worker:
            campaign.wait_for(due * (kill + 1) // (KILLS + 1))
            worker.kill()
    assert len(campaign.arrived()) < due, "there was nothing left to kill"
    with running_worker(NOWHERE, each_database_url):
        campaign.wait_for(due)
    arrived = campaign.arrived()
    assert len(arrived) == due
    assert {len(ids) for ids in arrived.values()} == {1}
    assert len(set(receiver.ids())) == due
    twice = len(receiver.received) - due
    print(f"{due} deliveries, {KILLS} kills: 0 lost, {twice} came twice")  # noqa: T201


def test_two_workers_on_one_database_send_nothing_twice(
    each_database_url: str, campaign: Campaign, receiver: Receiver
):
    with (
        running_worker(NOWHERE, each_database_url) as one,
        running_worker(NOWHERE, each_database_url) as other,
    ):
        due = 0
        # one may be so quick that there is nothing left for the other: there is more, then
        while due == 0 or not all("delivery.sent" in "".join(each.log) for each in (one, other)):
            assert due < MOST_ROUNDS * DELIVERIES, "one of two workers sends nothing"
            due += campaign.record()
            campaign.wait_for(due)
    assert len(set(receiver.ids())) == len(receiver.received) == due
    sent = sum("".join(each.log).count("delivery.sent") for each in (one, other))
    assert sent == due
