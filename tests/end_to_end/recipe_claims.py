"""What the pages of docs/recipes say of ReturnGO: what happens there, and what is to be seen."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.end_to_end.recipe_run import SHOP, Run

AMOUNT = "1099.95"  # as ReturnGO writes money, a number that binary fractions do not hold


def release_refund(run: Run) -> None:
    run.make_rma(status="Validated")
    run.sandbox.control("transactions", {"rma_id": run.rma_ids[-1], "amount": AMOUNT})


def label_is_there(run: Run) -> None:
    (shipment,) = run.rma()["shipments"]
    assert shipment["status"] == "LabelCreated"
    (step,) = (step for step in run.recipe.steps if step.what == "Create a label")
    assert step.gives == {
        "carrier": shipment["carrierName"],
        "tracking_number": shipment["trackingNumber"],
        "tracking_url": shipment["trackingURL"],
        "label_url": shipment["labelURL"],
    }


def is_tracked_once(run: Run) -> None:
    asked = [call for call in run.calls() if call["path"] == "/shipment-tracker"]
    assert [(call["shop"], call["applied"]) for call in asked] == [(SHOP, True)]


def refund_is_paid(run: Run) -> None:
    (refund,) = run.rma(0)["transactions"]
    assert (refund["status"], refund["externalReferenceId"]) == ("Success", "pay_8c1f2")


def refund_has_failed(run: Run) -> None:
    rma = run.rma(1)
    (refund,) = rma["transactions"]
    assert (refund["status"], refund["externalReferenceId"]) == ("Failed", "pay_8c1f3")
    said = [comment["htmlText"] for comment in rma["comments"] if "card expired" in str(comment)]
    assert len(said) == 1


def gateway_has_the_exact_amount(run: Run) -> None:
    (refund,) = run.rma(1)["transactions"]
    told = run.told["Your gateway", "Amount"], run.told["Your gateway", "Currency"]
    assert (Decimal(told[0]), told[1]) == (Decimal(AMOUNT), refund["amount"]["currency"])


def mark_items(run: Run) -> None:
    good, bad = (item["returnedItemId"] for item in run.rma()["items"])
    path = f"rmas/{run.rma_ids[-1]}/validation"
    run.sandbox.control(path, {"item": bad, "is_restockable": False, "reason": "Damaged"})
    run.sandbox.control(path, {"item": good, "location": "warehouse-1"})


def warehouse_expects_both(run: Run) -> None:
    skus = [item["sku"] for item in run.rma()["items"]]
    told = {name: value for (app, name), value in run.told.items() if app == "Your WMS"}
    assert told["Reference"] == f"RMA{run.rma_ids[-1]}"
    assert [told["First SKU"], told["Second SKU"]] == skus
    assert told["Number of items"] == len(skus)


def return_is_validated(run: Run) -> None:
    summary = run.rma()["rmaSummary"]
    assert summary["status"] == "Validated"
    happened = [event["eventName"] for event in summary["events"]]
    assert happened[-2:] == ["RMA_RECEIVED", "RMA_VALIDATED"]
    assert len(happened) == len(set(happened))


def said(run: Run) -> list[str]:
    """Read what was said of the return, beside what ReturnGO itself says."""
    return [each["htmlText"] for each in run.rma()["comments"] if each["commentType"] == "merchant"]


def warehouse_has_spoken(run: Run) -> None:
    assert said(run) == [
        "<p>Announced to the warehouse as WR-20881.</p>",
        "<p>Warehouse: 2 of 2 pieces, one damaged</p>",
    ]


def stock_has_the_good_item(run: Run) -> None:
    good, _ = run.rma()["items"]
    assert good["itemValidationStatusResponse"]["isRestockable"]
    assert run.told["Your ERP", "SKU"] == good["sku"]
    assert run.told["Your ERP", "Location"] == "warehouse-1"


def fetch_parcel(run: Run) -> None:
    (shipment,) = run.rma()["shipments"]
    run.sandbox.control(f"shipments/{shipment['shipmentId']}", {"status": "Shipped"})


def parcel_was_fetched(run: Run) -> None:
    (shipment,) = run.rma()["shipments"]
    assert shipment["status"] == "Shipped"
    assert shipment["carrierName"] == "Example Pickups"
    assert shipment["labelURL"] == "https://pickups.example.com/label/PU77001.pdf"


def pickup_is_noted(run: Run) -> None:
    assert said(run) == ["<p>Pickup pickup-77 is booked for 12 February.</p>"]


def pickup_is_where_the_customer_is(run: Run) -> None:
    (shipment,) = run.rma()["shipments"]
    told = [run.told["Your pickup service", name] for name in ("Street", "City")]
    assert told == [shipment["customerAddress"][key] for key in ("street1", "city")]


def customer_has_the_number(run: Run) -> None:
    (shipment,) = run.rma()["shipments"]
    assert run.told["Your e-mail", "To"] == shipment["customerAddress"]["email"]
    assert run.told["Your e-mail", "Text"].endswith("Its number is PU77001.")


# What the pages say that happens at ReturnGO, and the control calls that make it happen.
MEANWHILE: dict[str, Callable[[Run], Any]] = {
    "a customer asks for a return.": Run.make_rma,
    "a customer asks to return two items, and you approve it.": lambda run: run.make_rma(
        status="Approved", items=2
    ),
    "your team marks one item in ReturnGO as good as new, and the other as damaged.": mark_items,
    "the driver has the parcel, and its tracker says so in ReturnGO.": fetch_parcel,
    "you release a refund in ReturnGO.": release_refund,
    "you release another refund in ReturnGO.": release_refund,
}

# What other apps give that no page can know beforehand.
OUTSIDE: dict[str, Callable[[Run], Any]] = {
    "*the Reference that you gave it*": lambda run: run.told["Your WMS", "Reference"],
    "*the Store that you gave it*": lambda run: run.told["Your WMS", "Store"],
}

# What the pages say that is to be seen in the end.
STATEMENTS: dict[str, Callable[[Run], None]] = {
    "In ReturnGO, the shipment is *LabelCreated*, with the carrier's name, number and both"
    " addresses of step 3.": label_is_there,
    "ReturnGO was asked once to track this number.": is_tracked_once,
    "In ReturnGO, the first transaction is *Success* and names your gateway's payment.": (
        refund_is_paid
    ),
    "The second one is *Failed*, and a comment on the return says why.": refund_has_failed,
    "The gateway was given the exact amount that ReturnGO asked for.": gateway_has_the_exact_amount,
    "In the WMS, the expected return has ReturnGO's number and both SKUs.": warehouse_expects_both,
    "In ReturnGO, the return is *Validated*; its timeline shows *Received* before that, each"
    " once.": return_is_validated,
    "Two comments stand on the return: the warehouse's number, and what it found.": (
        warehouse_has_spoken
    ),
    "Only the good item went into stock.": stock_has_the_good_item,
    "In ReturnGO, the shipment had its label from the pickup service and is *Shipped* now.": (
        parcel_was_fetched
    ),
    "A comment on the return names the pickup and its date.": pickup_is_noted,
    "The pickup service has the customer's own street and city.": pickup_is_where_the_customer_is,
    "The customer's e-mail names the parcel's number.": customer_has_the_number,
}
