"""The connection test: GET /v1/me."""

from dataclasses import asdict
from typing import Any

from flask import Response

from connector.web.context import access, bridge, caller
from connector.web.operations import Operation, Operations
from connector.web.rendering import render
from schemas.account import Account, AccountCall


def add_account(operations: Operations) -> None:
    """Add the connection test."""
    operations.add(
        Operation(
            id="me",
            path="/me",
            tag="Connection",
            summary="Test the Connection",
            description="Says who is connected, what is left of the day, and when each list is read"
            " next. The key is tried at ReturnGO at most once in five minutes.",
            query=AccountCall,
            answer=Account,
            calls_returngo=True,
            scope=None,
        ),
        _me,
    )


def _me(call: dict[str, Any]) -> Response:
    connection = caller()
    shop = connection.shop(call.get("shop"))
    account = {
        "id": connection.id,
        "label": connection.label,
        "shops": connection.shops,
        "token": access().token,
        "scopes": sorted(access().scopes),
        "verified_at": bridge().verification.verify(connection, shop),
        "feed": [asdict(each) for each in bridge().feed.plan(connection)],
        "calls": asdict(bridge().budget.balance(connection.key_id)),
    }
    return render(Account().dump(account))
