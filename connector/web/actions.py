"""Actions: /v1/actions."""

from http import HTTPStatus
from typing import Any

from flask import Response

from connector.blocks import Action, Catalogue
from connector.connections import Scope
from connector.web.context import bridge, caller, doer
from connector.web.idempotency_key import IDEMPOTENCY_HEADER, sent_key
from connector.web.openapi.responses import header
from connector.web.operations import Operation, Operations, View
from connector.web.rendering import render
from schemas.calls import ABSENT, LONGEST_KEY
from schemas.fields import sample_of

REPLAYED_HEADER = "Idempotency-Replayed"

KEY_PARAMETER = {
    "in": "header",
    "name": IDEMPOTENCY_HEADER,
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
    "example": ABSENT,  # one that is used again, for something else, is refused
    "description": "The same key means the same request: it is done once, and repeating it gives"
    " the first answer again.",
}


def add_actions(operations: Operations, catalogue: Catalogue) -> None:
    """Add an operation for each action."""
    for action in catalogue.actions.values():
        operations.add(_operation(action), _do(action))


def _operation(action: Action) -> Operation:
    return Operation(
        id=action.key,
        path=f"/actions/{action.key}",
        method="POST",
        tag="Actions",
        summary=action.label,
        description=action.description,
        body=action.input_schema,
        tries=sample_of(action.input()),
        answer=action.output_schema,
        problems=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
        calls_returngo=True,
        scope=Scope.ANY_CALL if action.makes_any_call else Scope.ACT,
        request_headers=[KEY_PARAMETER],
        response_headers={
            REPLAYED_HEADER: header(
                "true, if this is the answer to an earlier request.", enum=["true"]
            ),
        },
    )


def _do(action: Action) -> View:
    def do(call: dict[str, Any]) -> Response:
        key, earlier = sent_key(call)
        outcome = bridge().idempotency.perform(
            caller(), action, call, key, doer(), once_known_as=earlier
        )
        response = render(outcome.answer)
        if outcome.is_replay:
            response.headers[REPLAYED_HEADER] = "true"
        return response

    return do
