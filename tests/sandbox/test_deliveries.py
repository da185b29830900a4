"""Which events are delivered, and what the payloads say."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connector.sandbox.exact_json import dumps
from connector.sandbox.world.bodies import rma_row, shipment_body, transaction_row
from connector.sandbox.world.lifecycle import WEBHOOK_EVENTS
from tests.sandbox.client import DEMO, OTHER, OUTLET, Caller
from tests.sandbox.receiver import Receiver, deliveries, receiving, settled

MADE = ["RMA_CREATED", "SHIPMENT_CREATED"]
MOVED = ["SHIPMENT_STATUS_UPDATED"]
REFUND = ["REFUND_CREATED", "TRANSACTION_CREATED"]


@pytest.fixture
def receiver(empty: Caller) -> Iterator[Receiver]:
    with receiving(empty) as receiver:
        yield receiver


class Given:
    """A return with a parcel and a refund, and what can be done with them."""

    def __init__(self, empty: Caller) -> None:
        self.api = empty
        made = empty.control("rmas")
        self.rma = made["rmaSummary"]["rmaId"]
        self.parcel = made["shipments"][0]["shipmentId"]
        self.refund = empty.control("transactions")["id"]
        self.order = empty.control("orders")

    def create_by_policy(self) -> None:
        line = self.order["items"][0]["shopLineItemId"]
        items = [{"shopLineItemId": line, "policyId": "1101"}]
        self.api.post("/rma/createByPolicy", {"orderId": self.order["orderId"], "items": items})

    def track(self) -> None:
        names = {"trackingNumber": "T1", "carrierName": "Sample Post"}
        self.api.post("/shipment-tracker", {"shipmentId": self.parcel, **names})

    def put_status(self, status: str = "Approved") -> None:
        self.api.put(f"/rma/{self.rma}/status", {"status": status})

    def put_shipment(self, **changes: str) -> None:
        self.api.put(f"/shipment/{self.parcel}", changes)

    def ship(self) -> None:
        self.api.control(f"shipments/{self.parcel}")

    def ship_tracked(self) -> None:
        self.track()
        self.ship()

    def put_tracked(self) -> None:
        self.track()
        self.put_shipment(status="Shipped")


CAUSES: list[tuple[str, Callable[[Given], object], list[str]]] = [
    ("make", lambda it: it.api.control("rmas"), MADE),
    ("make two", lambda it: it.api.control("rmas", count=2), MADE * 2),
    (
        "make received",
        lambda it: it.api.control("rmas", status="Received"),
        [*MADE, "RMA_STATUS_UPDATED", "SHIPMENT_STATUS_UPDATED"],
    ),
    ("create", Given.create_by_policy, MADE),
    ("put status", Given.put_status, ["RMA_STATUS_UPDATED"]),
    ("reject", lambda it: it.put_status("Rejected"), []),
    ("refused status", lambda it: it.put_status("Done"), []),
    ("status", lambda it: it.api.control(f"rmas/{it.rma}/status"), ["RMA_STATUS_UPDATED"]),
    ("silent", lambda it: it.api.control(f"rmas/{it.rma}/status", silent=True), []),
    ("comment", lambda it: it.api.post(f"/rma/{it.rma}/comment", {"htmlText": "x"}), []),
    ("validate", lambda it: it.api.control(f"rmas/{it.rma}/validation"), []),
    ("put shipment", lambda it: it.put_shipment(status="Shipped"), MOVED),
    ("same status", lambda it: it.put_shipment(status="Pending"), []),
    ("refused shipment", lambda it: it.put_shipment(status="Lost"), []),
    ("other field", lambda it: it.put_shipment(trackingNumber="T1"), []),
    ("ship", Given.ship, MOVED),
    ("track", Given.track, []),
    (
        "ship tracked",
        Given.ship_tracked,
        [*MOVED, "SHIPMENT_TRACKER_STATUS_UPDATED"],
    ),
    ("put tracked", Given.put_tracked, MOVED),
    ("delete shipment", lambda it: it.api.delete(f"/shipment/{it.parcel}"), []),
    ("refund", lambda it: it.api.control("transactions"), REFUND),
    (
        "gift card",
        lambda it: it.api.control("transactions", type="RefundToGiftCard", status="Success"),
        REFUND,
    ),
    (
        "payment",
        lambda it: it.api.control("transactions", type="InvoicePayment"),
        ["TRANSACTION_CREATED"],
    ),
    ("record", lambda it: it.api.put(f"/transaction/{it.refund}", {"status": "Success"}), []),
]


@pytest.mark.parametrize(
    ("cause", "events"), [each[1:] for each in CAUSES], ids=[each[0] for each in CAUSES]
)
def test_what_happens_is_posted_once(
    empty: Caller, receiver: Receiver, cause: Callable[[Given], object], events: list[str]
) -> None:
    given = Given(empty)
    receiver.register()
    cause(given)
    assert len(settled(empty)) == len(events)
    assert receiver.events == sorted(events)


def test_every_event_of_returngo_has_a_cause() -> None:
    assert {event for *_, events in CAUSES for event in events} == set(WEBHOOK_EVENTS)


def test_it_is_a_plain_post_of_json_without_a_key(empty: Caller, receiver: Receiver) -> None:
    receiver.register("RMA_CREATED")
    rma = empty.control("rmas")["rmaSummary"]["rmaId"]
    delivery = settled(empty)[0]
    (line, headers, body) = receiver.seen[0]
    assert line == "POST /in/secret"
    assert headers.keys() == {"host", "accept-encoding", "content-length", "content-type"}
    assert headers["content-type"] == "application/json"
    assert body.decode() == f'{{"eventName": "RMA_CREATED", "rmaId": {rma}}}'
    assert delivery == {
        "shop": DEMO,
        "event": "RMA_CREATED",
        "url": receiver.url,
        "body": body.decode(),
        "time": "2026-03-10T12:00:00.000+00:00",
        "status": 200,
        "failure": None,
    }


def test_a_query_belongs_to_the_address(empty: Caller, receiver: Receiver) -> None:
    receiver.url += "?a=1&b=%20"
    receiver.register("RMA_CREATED")
    empty.control("rmas")
    settled(empty)
    assert receiver.seen[0][0] == "POST /in/secret?a=1&b=%20"


def shaped(empty: Caller, receiver: Receiver, shape: str) -> list[dict[str, Any]]:
    """Return what is said of a return, its shipment and its refund in a shape, by their events."""
    receiver.register("RMA_CREATED", "SHIPMENT_CREATED", "REFUND_CREATED")
    assert empty.control("webhooks", shape=shape)["shape"] == shape
    empty.control("rmas")
    empty.control("transactions", bank_account=True)
    settled(empty)
    by_event = {body["eventName"]: body for body in receiver.received}
    return [by_event.pop(event) for event in ("RMA_CREATED", "SHIPMENT_CREATED", "REFUND_CREATED")]


def ids(empty: Caller) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    world = empty.world
    (rma,), (parcel,), (refund,) = world.rmas, world.shipments, world.transactions
    return {"rmaId": rma}, {"shipmentId": parcel}, {"transactionId": refund}


def test_by_itself_a_payload_names_its_thing_and_no_more(empty: Caller, receiver: Receiver) -> None:
    rma, parcel, refund = shaped(empty, receiver, "flat")
    assert empty.control("webhooks")["shape"] == "flat"
    for body, its in zip((rma, parcel, refund), ids(empty), strict=True):
        assert body == {"eventName": body["eventName"], **its}


def test_ids_may_lie_deeper(empty: Caller, receiver: Receiver) -> None:
    for body, its in zip(shaped(empty, receiver, "nested"), ids(empty), strict=True):
        assert body == {"eventName": body["eventName"], "data": {"payload": its}}


def test_a_payload_may_say_nothing_but_the_event(empty: Caller, receiver: Receiver) -> None:
    for body in shaped(empty, receiver, "bare"):
        assert body.keys() == {"eventName"}


def test_a_payload_may_say_all_there_is(empty: Caller, receiver: Receiver) -> None:
    rma, parcel, refund = shaped(empty, receiver, "full")
    world = empty.world
    names = {"shop": DEMO, "rmaId": str(*world.rmas)}
    (transaction,) = world.transactions.values()
    for body, own in (
        (rma, {"rma": rma_row(*world.rmas.values())}),
        (
            parcel,
            {
                "shipmentId": str(*world.shipments),
                "shipment": shipment_body(*world.shipments.values()),
            },
        ),
        (
            refund,
            {"transactionId": str(transaction.id), "transaction": transaction_row(transaction)},
        ),
    ):
        told = json.loads(dumps(own))
        assert body == {"eventName": body["eventName"], **names, **told}


def test_a_payload_shows_the_moment_of_its_event(empty: Caller, receiver: Receiver) -> None:
    receiver.register("RMA_STATUS_UPDATED")
    empty.control("webhooks", shape="full")
    empty.control("ways", quiet_webhooks=True)
    empty.control("rmas", status="Done")
    settled(empty)
    statuses = {body["rma"]["status"] for body in receiver.received}
    assert statuses == {"Approved", "Received", "Validated", "Done"}


def test_only_what_its_shop_registered_for_is_sent(empty: Caller, receiver: Receiver) -> None:
    receiver.register("REFUND_CREATED")
    receiver.register("RMA_CREATED", shop=OUTLET)
    empty.control("rmas")
    for shop in (OUTLET, OTHER):
        empty.control("rmas", shop=shop)
        empty.control("transactions", shop=shop)
    assert [(each["shop"], each["event"]) for each in settled(empty)] == [(OUTLET, "RMA_CREATED")]


def test_a_changed_or_deleted_registration_counts_at_once(
    empty: Caller, receiver: Receiver
) -> None:
    receiver.register("RMA_CREATED")
    hook = empty.read("/webhooks")[0]
    empty.put(f"/webhook/{hook['id']}", {"url": receiver.url + "2", "eventName": "RMA_CREATED"})
    empty.control("rmas")
    empty.delete(f"/webhook/{hook['id']}")
    empty.control("rmas")
    settled(empty)
    assert [line for line, *_ in receiver.seen] == ["POST /in/secret2"]


def test_a_call_that_fails_after_its_work_was_done_is_told(
    empty: Caller, receiver: Receiver
) -> None:
    given = Given(empty)
    receiver.register()
    empty.control("faults", when="after")
    given.put_status()
    assert [each["status"] for each in settled(empty)] == [200]


def test_the_history_sends_nothing(empty: Caller, receiver: Receiver) -> None:
    receiver.register()
    empty.control("reset", empty=False)
    assert deliveries(empty) == []
    receiver.register()
    empty.control("rmas")
    settled(empty)
    assert receiver.events == MADE
