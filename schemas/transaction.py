"""Money that moves for a return: refunds, payments, captures."""

from schemas.fields import Amount, Anything, DateTime, Text, TextList
from schemas.shapes import FromReturnGO


class Transaction(FromReturnGO):
    """A transaction of an RMA, as ReturnGO keeps it."""

    id = Text("ID", "The transaction, to tell it from others.", example="6070096")
    transaction_id = Text(
        "Transaction ID",
        "ReturnGO's id of the transaction: map it to *Record Transaction*.",
        example="6070096",
        source="id",
    )
    status = Text("Status", "The status, such as Requested or Success.", example="Requested")
    type = Text("Type", "What the money is for.", example="RefundToPaymentMethod")
    amount = Amount(
        "Amount", "How much, in the customer's currency.", example="199", source="amount.amount"
    )
    currency = Text("Currency", "The customer's currency.", example="ZAR", source="amount.currency")
    shop_amount = Amount(
        "Shop Amount",
        "How much, in the shop's currency.",
        example="199",
        source="amount.shopAmount",
    )
    shop_currency = Text(
        "Shop Currency", "The shop's currency.", example="ZAR", source="amount.shopCurrency"
    )
    processor = Text("Processor", "The payment provider, such as Shopify.", example="Shopify")
    external_reference_id = Text(
        "External Reference ID",
        "The payment's id outside ReturnGO.",
        example="6143913132331",
    )
    external_reference_type = Text(
        "External Reference Type",
        "What kind of ID the External Reference ID is, such as PlatformRefundId.",
        example="PlatformRefundId",
    )
    returned_item_ids = TextList(
        "Returned Item IDs",
        "The returned items that the money is for.",
        example=["47006391"],
        source="returnItemIds",
    )
    bank_account_details = Anything(
        "Bank Account Details",
        "Where the customer wants the money, if ReturnGO asked. Shown where `raw=true` asks for it:"
        " hooks leave it out.",
        guarded=True,
    )
    created_at = DateTime(
        "Created At",
        "When the transaction was made.",
        example="2026-02-04T09:08:06Z",
    )
    updated_at = DateTime(
        "Updated At",
        "When the transaction last changed.",
        example="2026-02-04T09:08:06Z",
        source="lastUpdated",
    )
