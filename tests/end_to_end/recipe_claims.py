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


# What the pages say that happens at ReturnGO, and the control calls that make it happen.
MEANWHILE: dict[str, Callable[[Run], Any]] = {
    "a customer asks for a return.": Run.make_rma,
    "you release a refund in ReturnGO.": release_refund,
    "you release another refund in ReturnGO.": release_refund,
}

# What other apps give that no page can know beforehand.
OUTSIDE: dict[str, Callable[[Run, str, str], Any]] = {}

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
}
