"""What the pages of docs/recipes say of ReturnGO: what happens there, and what is to be seen."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.end_to_end.recipe_run import SHOP, Run
from tests.end_to_end.standing import DAYS
from tests.processes import SHOPS

FIRST_SHOP = SHOPS[0]
AMOUNT = "1099.95"  # as ReturnGO writes money, a number that binary fractions do not hold


def release_refund(run: Run) -> None:
    run.make_rma(status="Validated")
    run.sandbox.control("transactions", {"rma_id": run.rma_ids[-1], "amount": AMOUNT})


def label_is_there(run: Run) -> None:
    run.rma()  # shortly after an update ReturnGO may show the old parcel once
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
    asked = [call for call in run.sandbox.calls() if call["path"] == "/shipment-tracker"]
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
    told = run.told["Your gateway", "Pay a refund"]
    assert (Decimal(told["Amount"]), told["Currency"]) == (
        Decimal(AMOUNT),
        refund["amount"]["currency"],
    )


def mark_items(run: Run) -> None:
    good, bad = (item["returnedItemId"] for item in run.rma()["items"])
    path = f"rmas/{run.rma_ids[-1]}/validation"
    run.sandbox.control(path, {"item": bad, "is_restockable": False, "reason": "Damaged"})
    run.sandbox.control(path, {"item": good, "location": "warehouse-1"})


def warehouse_expects_both(run: Run) -> None:
    skus = [item["sku"] for item in run.rma()["items"]]
    told = run.told["Your WMS", "Create an expected return"]
    assert told["Reference"] == f"RMA{run.rma_ids[-1]}"
    assert [told["First SKU"], told["Second SKU"]] == skus
    assert told["Number of items"] == len(skus)


def return_is_validated(run: Run) -> None:
    summary = run.rma()["rmaSummary"]
    assert summary["status"] == "Validated"
    comments = " ".join(each["htmlText"] for each in run.rma()["comments"])
    assert [comments.count(f"<b>{word}</b>") for word in ("RECEIVED", "VALIDATED")] == [1, 1]


def said(run: Run) -> list[str]:
    """Read what was said of the return, beside what ReturnGO itself says, the oldest first."""
    comments = reversed(run.rma()["comments"])
    return [each["htmlText"] for each in comments if each["commentType"] == "merchant"]


def warehouse_has_spoken(run: Run) -> None:
    assert said(run) == [
        "<p>Announced to the warehouse as WR-20881.</p>",
        "<p>Warehouse: 2 of 2 pieces, one damaged</p>",
    ]


def stock_has_the_good_item(run: Run) -> None:
    good, _ = run.rma()["items"]
    assert good["itemValidationStatusResponse"]["isRestockable"]
    told = run.told["Your ERP", "Add to stock"]
    assert (told["SKU"], told["Location"]) == (good["sku"], "warehouse-1")


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
    told = run.told["Your pickup service", "Book a pickup"]
    address = shipment["customerAddress"]
    assert (told["Street"], told["City"]) == (address["street1"], address["city"])


def customer_has_the_number(run: Run) -> None:
    (shipment,) = run.rma()["shipments"]
    told = run.told["Your e-mail", "Say that the parcel is on its way"]
    assert told["To"] == shipment["customerAddress"]["email"]
    assert told["Text"].endswith("Its number is PU77001.")


def ask_in_both_stores(run: Run) -> None:
    run.make_rma(shop=FIRST_SHOP)
    run.make_rma()


def second_store_has_the_comment(run: Run) -> None:
    comments = [each["htmlText"] for each in run.rma(0)["comments"]]
    assert comments.count("<p>The team has been told.</p>") == 1


def only_the_outlet_approves(run: Run) -> None:
    assert run.rma(1, FIRST_SHOP)["rmaSummary"]["status"] == "Pending"
    assert run.rma(2)["rmaSummary"]["status"] == "Approved"


def shops_are_offered(run: Run) -> None:
    offered = run.bridge.call("GET", "/v1/choices/shops").json()
    assert [each["id"] for each in offered] == [*SHOPS]


def start_refund(run: Run) -> None:
    run.make_rma(status="Validated", currency="ZAR")
    refund = {"rma_id": run.rma_ids[-1], "status": "Pending", "amount": AMOUNT}
    run.sandbox.control("transactions", refund)


def pay_refund(run: Run) -> None:
    (refund,) = run.rma()["transactions"]
    paid = {"status": "Success", "externalReferenceId": "pay_8c1f2", "processor": "Stripe"}
    run.ask("PUT", f"/transaction/{refund['id']}", json=paid)


def entry_is_exact(run: Run) -> None:
    (refund,) = run.rma()["transactions"]
    assert refund["amount"]["currency"] != refund["amount"]["shopCurrency"]
    for what in ("Create an entry", "Find the entry"):
        told = run.told["Your accounting", what]
        assert told["Number"] == str(refund["id"])
        assert Decimal(told["Amount"]) == Decimal(str(refund["amount"]["shopAmount"]))
        assert told["Currency"] == refund["amount"]["shopCurrency"]


def entry_is_paid(run: Run) -> None:
    told = run.told["Your accounting", "Find the entry and change it"]
    assert [told[name] for name in ("Status", "Reference", "Paid by")] == [
        "Success",
        "pay_8c1f2",
        "Stripe",
    ]


def night_finds_it_first(run: Run) -> None:
    (refund,) = run.rma()["transactions"]
    ids = [found["transaction_id"] for found in run.found[2]]
    assert ids[0] == str(refund["id"])
    assert ids.count(str(refund["id"])) == 1
    assert run.costs[-1] == 1


def two_customers_ask(run: Run) -> None:
    run.make_rma()
    run.make_rma()


def customer_id(run: Run, number: int = 0) -> str:
    # ReturnGO names no customer's id; those of the sandbox end as their addresses say.
    email = run.rma(number)["shipments"][0]["customerAddress"]["email"]
    return str(6_512_044_000_000 + int(re.sub(r"\D", "", email)))


def list_is_the_customers(run: Run) -> None:
    mine = run.bridge.call("GET", "/v1/actions/list_rmas", params=whose(run, 0)).json()
    assert [rma["rma_id"] for rma in mine] == [run.rma_ids[0]]
    assert (
        run.told["Your server", "Show a line for each return"]["Order"]
        == run.rma(0)["rmaSummary"]["order_name"]
    )


def return_is_shown_to_its_customer(run: Run) -> None:
    (item,) = run.rma(0)["items"]
    assert run.told["Your server", "Show it"]["Picture"] == item["image"]
    other = {**whose(run, 1), "rma_id": run.rma_ids[0]}
    assert run.bridge.call("GET", "/v1/actions/find_rma", params=other).json() == []


def whose(run: Run, number: int) -> dict[str, str]:
    return {"customer_id": customer_id(run, number), "shop": SHOP}


def team_finds_it(run: Run) -> None:
    assert [rma["rma_id"] for rma in run.found[2]] == [run.rma_ids[0]]
    address = run.rma(0)["shipments"][0]["customerAddress"]
    assert (
        run.told["Your server", "Show all of it"]["Customer"]
        == f"{address['name']}, {address['email']}"
    )


def searches_cost_what_the_page_says(run: Run) -> None:
    assert run.costs == [1, 2, 1]


def bring_back(run: Run) -> None:
    run.make_rma(status="Received")


def release_after_inspection(run: Run) -> None:
    run.sandbox.control("transactions", {"rma_id": run.rma_ids[-1], "amount": AMOUNT})


def inspection_is_noted(run: Run) -> None:
    assert run.rma()["rmaSummary"]["status"] == "Validated"
    assert said(run) == ["<p>Looked at: 1 of 1 pieces, as new</p>"]


def inspected_refund_is_paid(run: Run) -> None:
    (refund,) = run.rma()["transactions"]
    assert (refund["status"], refund["externalReferenceId"]) == ("Success", "pay_4d90a")
    told = run.told["Your gateway", "Pay a refund"]
    assert Decimal(told["Amount"]) == Decimal(AMOUNT)
    assert told["Note"].startswith(f"RMA{run.rma_ids[-1]}, ")


def nothing_more(_run: Run) -> None:
    """Let time pass: one return after the other will soon have stood so long."""


def stuck_return_is_named(run: Run) -> None:
    (trigger,) = (each for each in run.recipe.steps if each.who == "Trigger")
    newest = next(each for each in run.poll(trigger) if each["id"] in run.seen)
    assert (newest["status"], newest["days"]) == ("Approved", DAYS)
    assert run.told["Your chat", "Send a message"]["Text"].startswith(f"{newest['rma_number']}, ")


def morning_counts_for_nothing(run: Run) -> None:
    (row,) = run.found[2]
    assert (row["shop"], row["status"]) == (SHOP, "Approved")
    assert row["count"] >= row["without_tracking_number"] >= 0
    assert row["count"] >= 1
    assert run.costs[-1] == 0


# What the pages say that happens at ReturnGO, and the control calls that make it happen.
MEANWHILE: dict[str, Callable[[Run], Any]] = {
    "a customer asks for a return.": Run.make_rma,
    "a customer asks to return two items, and you approve it.": lambda run: run.make_rma(
        status="Approved", items=2
    ),
    "your team marks one item in ReturnGO as good as new, and the other as damaged.": mark_items,
    "the driver has the parcel, and its tracker says so in ReturnGO.": fetch_parcel,
    "a customer of your second store asks for a return.": Run.make_rma,
    "customers of both stores ask for a return.": ask_in_both_stores,
    "a parcel has come back, and ReturnGO shows its return as Received.": bring_back,
    "ReturnGO's rule releases the refund of the validated return.": release_after_inspection,
    "a return was approved a week ago, and its parcel has not come.": nothing_more,
    "ReturnGO starts to pay a refund.": start_refund,
    "the payment provider has paid the refund.": pay_refund,
    "a customer asks for a return, and so does another one.": two_customers_ask,
    "you release a refund in ReturnGO.": release_refund,
    "you release another refund in ReturnGO.": release_refund,
}

# What other apps give that no page can know beforehand.
OUTSIDE: dict[str, Callable[[Run], Any]] = {
    "*the Reference that you gave it*": lambda run: run.told[
        "Your WMS", "Create an expected return"
    ]["Reference"],
    "*the Store that you gave it*": lambda run: run.told["Your WMS", "Create an expected return"][
        "Store"
    ],
    "*who is logged in*": customer_id,
    "*the return that was opened*": lambda run: run.rma_ids[0],
    "*the return's store*": lambda _run: SHOP,
    "*the return's number*": lambda run: f"RMA{run.rma_ids[0]}",
}

# What the pages say that is to be seen in the end.
STATEMENTS: dict[str, Callable[[Run], None]] = {
    "In ReturnGO, the shipment is *LabelCreated*, with the carrier's name, number and both"
    " addresses of step 2.": label_is_there,
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
    "The comment stands on the return of the second store, once.": second_store_has_the_comment,
    "The outlet's return is approved, and the main store's still waits.": only_the_outlet_approves,
    "The drop-down of *Shop* offers both stores.": shops_are_offered,
    "The entry has the transaction's number, and its amount in the store's currency to the last"
    " digit.": entry_is_exact,
    "The entry became *Success*, with the payment provider's reference.": entry_is_paid,
    "The night's search finds this transaction first; it cost one of the day's calls.": (
        night_finds_it_first
    ),
    "The list has the customer's own return and no other.": list_is_the_customers,
    "The page of one return shows its items; asked for by another customer, the return is not"
    " found.": return_is_shown_to_its_customer,
    "In ReturnGO, the return is *Validated*, and a comment says what the warehouse found.": (
        inspection_is_noted
    ),
    "The refund is *Success* with the gateway's payment, and the gateway was asked for it after the"
    " inspection only.": inspected_refund_is_paid,
    "The message names the return that was approved a week ago, once.": stuck_return_is_named,
    "The morning's message counts it, and costs none of the day's calls.": (
        morning_counts_for_nothing
    ),
    "Your team finds it by the number as the dashboard writes it.": team_finds_it,
    "ReturnGO was called once for the list, twice for one return, once for your team.": (
        searches_cost_what_the_page_says
    ),
}
