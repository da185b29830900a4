"""How ReturnGO shows things: the JSON of its answers, oddities included."""

from datetime import datetime

from connector.sandbox.exact_json import Json
from connector.sandbox.world.models import Order, Rma, Shipment, Transaction, Webhook


def iso(instant: datetime) -> str:
    """Write an instant as ReturnGO does: `2026-01-18T17:49:33+00:00`."""
    return instant.isoformat(timespec="seconds")


def rma_row(rma: Rma) -> Json:
    """Show a return as a row of `GET /rmas` does: a summary only."""
    return {
        "rmaId": str(rma.id),
        "status": rma.status,
        "order_name": rma.order.name,
        "events": rma.events,
    }


def rma_detail(rma: Rma) -> Json:
    """Show a return as `GET /rma/{rmaId}` does."""
    return {
        "rmaSummary": rma_row(rma),
        "orderDetails": {"orderId": str(rma.order.id), "order_name": rma.order.name},
        "shipments": [shipment_body(each) for each in rma.shipments],
        "items": rma.items,
        "comments": rma.comments[::-1],
        "exchangeOrders": rma.exchange_orders,
        "exchangeItems": rma.exchange_items,
        "cancellationFee": 0,
        "transactions": [transaction_row(each) for each in rma.transactions],
        "createdAt": iso(rma.created_at),
        "lastUpdated": iso(rma.last_updated),
        "isOutOfPolicy": rma.is_out_of_policy,
        **rma.extras,
    }


def shipment_body(shipment: Shipment) -> Json:
    """Show a whole shipment, as `PUT /shipment/{shipmentId}` and a return's detail do."""
    return {
        "shipmentId": str(shipment.id),
        "status": shipment.status,
        "carrierName": shipment.carrier_name,
        "requestedServiceLevel": None,
        "actualServiceLevel": None,
        "trackingNumber": shipment.tracking_number,
        "trackingURL": shipment.tracking_url,
        "labelURL": shipment.label_url,
        "customerAddress": shipment.customer_address,
        "returnAddress": shipment.return_address,
        "isOutbound": shipment.is_outbound,
    }


def transaction_row(transaction: Transaction) -> Json:
    """Show a transaction as a row of `GET /transactions`: its id a number, its RMA unnamed."""
    return {
        "id": transaction.id,
        "type": transaction.type,
        "externalReferenceId": transaction.external_reference_id,
        "externalReferenceType": transaction.external_reference_type,
        "amount": transaction.amount,
        "status": transaction.status,
        "processor": transaction.processor,
        "bankAccountDetails": transaction.bank_account_details,
        "returnItemIds": transaction.return_item_ids,
        "createdAt": iso(transaction.created_at),
        "lastUpdated": iso(transaction.last_updated),
        **transaction.extras,
    }


def webhook_row(webhook: Webhook) -> Json:
    """Show a webhook as `GET /webhooks` does."""
    return {"id": str(webhook.id), "url": webhook.url, "eventName": webhook.event_name}


def order_body(order: Order) -> Json:
    """Show an order of the shop's platform; ReturnGO itself has no call for this."""
    return {
        "orderId": str(order.id),
        "order_name": order.name,
        "createdAt": iso(order.created_at),
        "items": [
            {"shopLineItemId": str(line.id), "productName": line.product, "sku": line.sku}
            for line in order.lines
        ],
    }
