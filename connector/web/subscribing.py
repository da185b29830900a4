"""Subscribing to REST hooks: /v1/hooks, and an address for each trigger."""

from http import HTTPStatus
from typing import Any

from flask import Response

from connector.blocks import Catalogue, Trigger
from connector.connections import Scope
from connector.web.actions import KEY_PARAMETER
from connector.web.context import access, bridge, caller, note_deed, own_address
from connector.web.hooks import PATH, TAG, render_with_secret
from connector.web.idempotency_key import sent_key
from connector.web.openapi.responses import header
from connector.web.operations import RETURNGO_FAILURES, Operation, Operations
from connector.web.request_body import read_body
from schemas.hooks import HookWithSecret, subscribe_call

TARGET = "target_url"
SUBSCRIBING: dict[str, Any] = {
    "method": "POST",
    "tag": TAG,
    "description": "Has each event of a trigger POSTed to an address, as the object that a poll"
    " shows, signed by Standard Webhooks (https://www.standardwebhooks.com). 2xx takes it, 410"
    " unsubscribes; anything else is tried again for two days. Events may come twice, with the same"
    " webhook-id. Who subscribes twice to the same, with the same filters and address, has one"
    " hook: the token that made it is answered it again, with its secret.",
    "answer": HookWithSecret,
    "status": HTTPStatus.CREATED,
    "alike": {HTTPStatus.OK: "Just this hook was there already."},
    "request_headers": [KEY_PARAMETER],
    "scope": Scope.HOOKS,
    "problems": RETURNGO_FAILURES,  # a key that the caller brings is verified first
    "response_headers": {
        "Location": header("The hook.", required=True, pattern=f"^https?://.+/v1{PATH}/hook_")
    },
}


def add_subscribing(operations: Operations, catalogue: Catalogue) -> None:
    """Add the operation for all triggers, and one for each."""
    _add_subscribe(operations, catalogue)
    for trigger in catalogue.triggers.values():
        _add_subscribe_to(operations, trigger)


def _add_subscribe(operations: Operations, catalogue: Catalogue) -> None:
    def subscribe(call: dict[str, Any]) -> Response:
        return _subscribe(
            catalogue.triggers[call["trigger"]],
            call["target_url"],
            call.get("filters", {}),
            is_ordered=call["ordered"],
        )

    operations.add(
        Operation(
            id="subscribe",
            path=PATH,
            summary="Subscribe",
            body=subscribe_call(tuple(catalogue.triggers)),
            **SUBSCRIBING,
        ),
        subscribe,
    )


def _add_subscribe_to(operations: Operations, trigger: Trigger) -> None:
    """Let each trigger have an address of its own: some platforms tell hooks apart by that."""

    def subscribe(call: dict[str, Any]) -> Response:
        filters = {name: value for name, value in read_body().items() if name != TARGET}
        return _subscribe(trigger, call[TARGET], filters, is_ordered=False)

    operations.add(
        Operation(
            id=f"subscribe_to_{trigger.key}",
            path=f"/triggers/{trigger.key}/hooks",
            summary=f"Subscribe to {trigger.label}",
            body=trigger.hook_schema,
            **SUBSCRIBING,
        ),
        subscribe,
    )


def _subscribe(
    trigger: Trigger, target_url: str, filters: dict[str, Any], *, is_ordered: bool
) -> Response:
    key, _ = sent_key({})
    subscribed = bridge().delivery.hooks.subscribe(
        caller(),
        trigger,
        target_url,
        filters,
        is_ordered=is_ordered,
        owner=access().holder,
        idempotency_key=key,
    )
    hook = subscribed.hook
    note_deed("subscribe", f"hook {hook.id}, trigger {trigger.key}, host {hook.host}")
    response = render_with_secret(hook, HTTPStatus.CREATED if subscribed.is_new else HTTPStatus.OK)
    response.headers["Location"] = f"{own_address()}/v1{PATH}/{hook.id}"
    return response
