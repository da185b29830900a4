"""ReturnGO's webhooks through real processes: told, not asked.

Nothing here is found by polling: what was listed once counts as fresh for an hour.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import requests

from connector.inbound import EVENTS
from tests.end_to_end.hook_receiver import Receiver, receiving
from tests.end_to_end.waiting import eventually
from tests.processes import (
    SHOPS,
    Bridge,
    Sandbox,
    command,
    running_bridge,
    running_worker,
)

AN_HOUR = {"FEED_FRESHNESS": "3600"}
FLOOD = 1500


@dataclass
class Place:
    """A bridge with a worker, told by the sandbox's webhooks."""

    sandbox: Sandbox
    bridge: Bridge
    database_url: str
    receiver: Receiver

    def webhooks(self, *words: str) -> str:
        done = command(
            self.sandbox.url,
            self.database_url,
            "webhooks",
            *words,
            PUBLIC_URL=self.bridge.url,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def subscribe(self, trigger: str) -> None:
        """Have a hook sent, and wait until what was there before has been read."""
        body = {"trigger": trigger, "target_url": self.receiver.url(trigger)}
        answer = self.bridge.call("POST", "/v1/hooks", json=body)
        assert answer.status_code == 201, answer.text
        path = f"/v1/triggers/{trigger}"
        eventually(lambda: self.bridge.call("GET", path).status_code == 200)

    def told(self, trigger: str) -> list[str]:
        """Return the ids of the RMAs of which a hook was told."""
        return [
            json.loads(body)["rma_id"]
            for path, _, body in self.receiver.received
            if path == trigger
        ]

    def address(self) -> str:
        """Return the address that the bridge has registered for its first shop."""
        answer = requests.get(
            f"{self.sandbox.url}/webhooks",
            headers={"x-api-key": "demo-key", "x-shop-name": SHOPS[0]},
            timeout=10,
        )
        return str(answer.json()[0]["url"])


@pytest.fixture
def place(real_sandbox: Sandbox, database_url: str) -> Iterator[Place]:
    with (
        receiving() as receiver,
        running_bridge(real_sandbox.url, database_url, **AN_HOUR) as bridge,
        running_worker(real_sandbox.url, database_url, **AN_HOUR),
    ):
        place = Place(real_sandbox, bridge, database_url, receiver)
        place.webhooks("register")
        yield place


def test_what_happens_at_returngo_is_told_at_once_at_the_price_of_one_look(place: Place):
    for trigger in ("new_rma", "rma_status_changed", "shipment_status_changed"):
        place.subscribe(trigger)
    before = len(place.sandbox.calls())
    rma = place.sandbox.control("rmas", {"shop": SHOPS[0]})
    rma_id = rma["rmaSummary"]["rmaId"]
    # a hook may be told of what was made shortly before it: clocks may be apart
    assert eventually(lambda: rma_id in place.told("new_rma"))
    place.sandbox.control(f"rmas/{rma_id}/status", {"status": "Approved"})
    assert eventually(lambda: rma_id in place.told("rma_status_changed"))
    place.sandbox.control(f"shipments/{rma['shipments'][0]['shipmentId']}", {"status": "Shipped"})
    assert eventually(lambda: rma_id in place.told("shipment_status_changed"))
    calls = [call["path"] for call in place.sandbox.calls()[before:]]
    assert set(calls) == {f"/rma/{rma_id}"}
    assert f"{SHOPS[0]}: RMA_CREATED heard 1 times" in place.webhooks("list")


@pytest.mark.parametrize("shape", ["nested", "full", "bare"])
def test_it_is_told_whatever_the_payload_looks_like(place: Place, shape: str):
    place.subscribe("refund_requested")
    place.sandbox.control("webhooks", {"shape": shape, "repeat": 3, "shuffle": 1})
    refund = place.sandbox.control("transactions", {"shop": SHOPS[0]})
    eventually(lambda: place.receiver.received)
    (shown,) = (json.loads(body) for _, _, body in place.receiver.received)
    assert shown["transaction_id"] == str(refund["id"])


def test_a_flood_of_replays_and_garbage_does_no_harm(place: Place):
    place.subscribe("rma_status_changed")
    rmas = [place.sandbox.control("rmas")["rmaSummary"]["rmaId"] for _ in range(10)]
    address = place.address()
    before = len(place.sandbox.calls())
    bodies = [
        *(json.dumps({"eventName": "RMA_STATUS_UPDATED", "rmaId": each}) for each in rmas),
        *(json.dumps({"eventName": "RMA_STATUS_UPDATED", "rmaId": 10**9 + n}) for n in range(5)),
        '{"eventName": "NEWS", "rmaId": "../../admin"}',
        "garbage",
    ]

    def post(number: int) -> int:
        body = bodies[number % len(bodies)]
        return requests.post(address, data=body, timeout=30).status_code

    with ThreadPoolExecutor(32) as pool:
        statuses = set(pool.map(post, range(FLOOD)))
    assert statuses == {202, 400}
    place.sandbox.control(f"rmas/{rmas[0]}/status", {"status": "Approved"})
    assert rmas[0] in eventually(lambda: place.told("rma_status_changed"))
    # a few looks at each thing that was named, however often it was
    assert len(place.sandbox.calls()) - before < FLOOD / 10


def test_registering_is_renewed_and_undone(place: Place):
    assert place.webhooks("register").count("stands") == len(EVENTS) * len(SHOPS)
    assert place.webhooks("renew").count("moved") == len(EVENTS) * len(SHOPS)
    assert place.webhooks("remove").count("removed") == len(EVENTS) * len(SHOPS)
    assert place.webhooks("list") == ""


def test_without_a_public_address_the_command_says_what_is_missing(
    real_sandbox: Sandbox, database_url: str
):
    done = command(real_sandbox.url, database_url, "webhooks", "register", PUBLIC_URL="")
    assert done.returncode == 1
    assert "PUBLIC_URL is missing" in done.stderr
