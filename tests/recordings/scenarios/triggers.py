"""What happens at ReturnGO for each trigger."""

from collections.abc import Iterator

from tests.recordings.scenarios.world import Given, World, rma_id, shipment_id


def new_rma(world: World) -> Iterator[Given]:
    world.whole_rma()
    yield {}


def rma_status_changed(world: World) -> Iterator[Given]:
    made = world.whole_rma()
    yield {"to_status": "Received"}
    world.happen(f"rmas/{rma_id(made)}/status", status="Received")


def shipment_created(world: World) -> Iterator[Given]:
    world.whole_rma()
    yield {}


def shipment_status_changed(world: World) -> Iterator[Given]:
    made = world.whole_rma()
    yield {"from_status": "LabelCreated"}
    world.happen(f"shipments/{shipment_id(made)}", status="Shipped")


def item_validated(world: World) -> Iterator[Given]:
    made = world.whole_rma(items=2, status="Received")
    damaged, lost = (item["returnedItemId"] for item in made["items"])
    yield {}
    path = f"rmas/{rma_id(made)}/validation"
    world.happen(path, item=damaged, is_restockable=False, reason="Damaged", location="warehouse-1")
    world.happen(path, item=lost, is_returned=False, reason="Not in the parcel")


def rma_comment_added(world: World) -> Iterator[Given]:
    made = world.whole_rma()
    yield {"type": "merchant", "raw": "true"}
    world.call("POST", f"/rma/{rma_id(made)}/comment", {"htmlText": "<p>Parcel arrived.</p>"})


def new_transaction(world: World) -> Iterator[Given]:
    world.whole_rma()
    yield {"raw": "true"}


def transaction_updated(world: World) -> Iterator[Given]:
    world.rma()
    refund = world.refund()
    yield {}
    world.call(
        "PUT",
        f"/transaction/{refund['id']}",
        {
            "status": "Pending",
            "externalReferenceId": "pay_8c1f2",
            "externalReferenceType": "Payout",
            "processor": "Example Payments",
        },
    )


def exchange_invoice_waiting(world: World) -> Iterator[Given]:
    world.whole_rma()
    world.refund(type="InvoicePayment", amount="59.9", bank_account=False)
    yield {}


def refund_failed(world: World) -> Iterator[Given]:
    world.whole_rma()
    refund = world.refund(amount="19.9")
    yield {}
    world.call(
        "PUT",
        f"/transaction/{refund['id']}",
        {
            "status": "Failed",
            "externalReferenceId": "pay_8c1f2",
            "externalReferenceType": "Payout",
        },
    )


def rma_problem(world: World) -> Iterator[Given]:
    made = world.whole_rma()
    yield {"raw": "true"}
    words = "The packing slip could not be <b>generated</b>."
    world.happen(f"rmas/{rma_id(made)}/comments", type="error", text=words, by="")


def label_ready(world: World) -> Iterator[Given]:
    made = world.rma()
    yield {}
    world.happen(f"shipments/{shipment_id(made)}")


def rma_approved(world: World) -> Iterator[Given]:
    made = world.whole_rma(status="Pending")
    yield {}
    world.happen(f"rmas/{rma_id(made)}/status", status="Approved")


def rma_received(world: World) -> Iterator[Given]:
    made = world.whole_rma()
    yield {}
    world.happen(f"rmas/{rma_id(made)}/status", status="Received")


def return_stuck(world: World) -> Iterator[Given]:
    world.standing_rma()
    yield {"status": "Approved", "days": 7}


def refund_requested(world: World) -> Iterator[Given]:
    world.rma()
    world.refund(amount="59.9")
    yield {}
