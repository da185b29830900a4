"""Records in ReturnGO what happened to a refund or payment outside of it.

Only transactions that ReturnGO itself created can be recorded, such as those of *Refund Requested*.
"""

from typing import Any

from marshmallow import validate

from connector.blocks import Action, Effect
from connector.returngo import NotFound, ReturnGO
from schemas.fields import Id, Name, Text
from schemas.shapes import FromReturnGO, Input, in_camel_case
from schemas.words import OUTCOMES, REFERENCE_TYPES

LONGEST_TEXT = 255


class Fields(Input):
    """What happened."""

    transaction_id = Id(
        "Transaction ID",
        "The transaction, by ReturnGO's id: map it from *Refund Requested*.",
        example="6070096",
        required=True,
        choices_from="requested_refunds",
    )
    status = Text(
        "Status",
        "Success when the money has gone out, Failed when it could not, Pending while it is on its"
        " way.",
        example="Success",
        choices=OUTCOMES,
        required=True,
    )
    external_reference_id = Name(
        "External Reference ID",
        "The payment's id at the gateway that paid it.",
        example="pay_8c1f2",
        validate=validate.Length(max=LONGEST_TEXT),
    )
    external_reference_type = Text(
        "External Reference Type",
        "What kind of ID the External Reference ID is, such as PlatformRefundId.",
        example="PlatformRefundId",
        suggestions=REFERENCE_TYPES,
        validate=validate.Length(max=LONGEST_TEXT),
    )
    processor = Text(
        "Processor",
        "The payment provider that paid.",
        example="Example Payments",
        validate=validate.Length(max=LONGEST_TEXT),
    )


class RecordedTransaction(FromReturnGO):
    """What was recorded of a transaction."""

    id = Id("ID", "The transaction, to tell it from others.", example="6070096")
    transaction_id = Id(
        "Transaction ID", "ReturnGO's id of the transaction.", example="6070096", source="id"
    )
    status = Text("Status", "The status that it has now.", example="Success")
    external_reference_id = Text(
        "External Reference ID",
        "The payment's id that was recorded.",
        example="pay_8c1f2",
    )
    external_reference_type = Text(
        "External Reference Type",
        "What kind of ID the External Reference ID is.",
        example="PlatformRefundId",
    )
    processor = Text("Processor", "The payment provider that paid.", example="Example Payments")


def run(returngo: ReturnGO, transaction_id: str, **outcome: str) -> dict[str, Any]:
    """PUT /transaction/{transactionId}."""
    # [A] transaction-body
    changes = {in_camel_case(name): value for name, value in outcome.items()}
    try:
        returngo.update_transaction(transaction_id, changes)
    except NotFound as refusal:
        raise NotFound(
            f"ReturnGO has no transaction {transaction_id} in {returngo.shop}. Only transactions"
            " that ReturnGO created can be recorded; new ones cannot be made.",
            request_id=refusal.request_id,
        ) from refusal
    return {"id": transaction_id, **changes}


block = Action(
    label="Record Transaction",
    noun="Transaction",
    effect=Effect.SET,
    input=Fields,
    output=RecordedTransaction,
    assumes=("transaction-body", "transaction-statuses"),
    run=run,
    confirms="It records that money was paid, could not be, or is on its way.",
)
