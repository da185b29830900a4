"""Documents as ReturnGO sends them, for tests that look at one detail of them."""

from typing import Any


def money(amount: Any, currency: Any = "ZAR", **members: Any) -> dict[str, Any]:
    return {"amount": amount, "currency": currency, **members}


def rma(**members: Any) -> dict[str, Any]:
    """Make an RMA of a shirt on its way back, but for what `members` replace."""
    return {
        "rmaSummary": {
            "rmaId": "10030552",
            "status": "Approved",
            "order_name": "H12043",
            "events": [
                {
                    "eventName": "RMA_CREATED",
                    "eventDate": "2026-02-04T07:02:24+00:00",
                    "triggeredVia": "Return Portal",
                    "userDetails": None,
                }
            ],
        },
        "orderDetails": {"orderId": "7396218241343", "order_name": "H12043"},
        "shipments": [shipment()],
        "items": [item()],
        "comments": [
            {
                "commentType": "system",
                "triggeredBy": "Automation",
                "htmlText": "<p>Hello</p>",
                "datetime": "2026-02-06T15:40:21+00:00",
            }
        ],
        "cancellationFee": 0,
        "transactions": [transaction()],
        "createdAt": "2026-02-04T07:02:24+00:00",
        "lastUpdated": "2026-02-04T09:08:06+00:00",
        "isOutOfPolicy": 0,
        **members,
    }


def item(**members: Any) -> dict[str, Any]:
    return {
        "returnedItemId": "47006391",
        "fullName": "Linen Shirt - Blue / M",
        "paidPrice": money(199),
        "paidTax": money(25),
        "taxIncluded": True,
        **members,
    }


def shipment(**members: Any) -> dict[str, Any]:
    return {
        "shipmentId": "9754270",
        "status": "Shipped",
        "trackingNumber": "SC123456789",
        "customerAddress": {
            "name": "Thandi Example",
            "email": "thandi@example.com",
            "phone": "+27 21 555 0100",
            "country": "ZA",
        },
        "returnAddress": {"name": "Warehouse", "email": "returns@example.com", "country": "ZA"},
        "isOutbound": False,
        **members,
    }


def transaction(**members: Any) -> dict[str, Any]:
    return {
        "id": 6070096,
        "type": "RefundToPaymentMethod",
        "amount": money(199, shopAmount=199, shopCurrency="ZAR"),
        "status": "Requested",
        "processor": "Shopify",
        "returnItemIds": [],
        "createdAt": "2024-10-17T17:18:53+00:00",
        "lastUpdated": "2024-10-17T17:20:38+00:00",
        **members,
    }
