"""Making links that show a customer their returns: no call to ReturnGO."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Response

from connector.customer_links import CustomerLinks
from connector.web.context import bridge, caller, own_address
from connector.web.operations import Operation, Operations
from connector.web.rendering import render
from schemas.customer_link import CustomerLink, NewCustomerLink


def add_customer_links(operations: Operations) -> None:
    """Add the operation that makes a link."""
    operations.add(
        Operation(
            id="create_customer_link",
            path="/customer-links",
            method="POST",
            tag="Connection",
            summary="Create Customer Link",
            description="Makes a link that shows a customer their returns without a log-in, for"
            " some days: to be sent by mail to that customer. It costs no call of the day.",
            body=NewCustomerLink,
            answer=CustomerLink,
            status=HTTPStatus.CREATED,
        ),
        _create,
    )


def _create(call: dict[str, Any]) -> Response:
    connection = caller()
    links = CustomerLinks(bridge().vault, bridge().clock)
    token, expires_at = links.make(
        connection.id,
        connection.shop(call.get("shop")),
        call["customer_id"],
        timedelta(days=call["days"]),
    )
    url = f"{own_address()}/storefront/returns?token={token}"
    return render(CustomerLink().dump({"url": url, "expires_at": expires_at}), HTTPStatus.CREATED)
