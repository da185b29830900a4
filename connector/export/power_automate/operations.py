"""What the connector offers: triggers, actions, searches, and what fills drop-downs."""

from typing import Any

from connector.blocks import Action, Block, Catalogue, Choice, Search, Trigger
from connector.export.form import about, form, limit_of
from connector.export.power_automate.names import (
    action_operation,
    choice_operation,
    poll_operation,
    shape,
    subscribe_operation,
)
from connector.export.power_automate.shapes import BODY, asked, parameters
from schemas.hooks import Target

OperationObject = dict[str, Any]

FAILURE = {
    "description": "What went wrong, in a sentence.",
    "schema": {"$ref": "#/definitions/Problem"},
}


def polling_trigger(catalogue: Catalogue, trigger: Trigger) -> OperationObject:
    """Poll a trigger: each answer's `Location` says what to call next."""
    return {
        "get": {
            **_words(poll_operation(trigger.key), trigger),
            "x-ms-trigger": "batch",
            "x-ms-trigger-metadata": {"kind": "query", "mode": "polling"},
            "x-ms-trigger-hint": f"To see it work now, let it happen at ReturnGO. {about(trigger)}",
            "parameters": [*parameters(catalogue, form(catalogue, trigger)), PLACE],
            "responses": {
                "200": {"description": "News.", "schema": _several(trigger)},
                "202": {"description": "Nothing has come."},
                "default": FAILURE,
            },
        }
    }


PLACE = {
    "name": "after",
    "in": "query",
    "required": False,
    "type": "integer",
    "format": "int64",
    "x-ms-summary": "After",
    "description": "Where the last poll ended. The Location of its answer holds it.",
    "x-ms-visibility": "internal",
}


def instant_trigger(catalogue: Catalogue, trigger: Trigger) -> OperationObject:
    """Subscribe to a trigger: the bridge POSTs each event to an address of Microsoft's."""
    target = {
        "target_url": {
            "type": "string",
            "x-ms-notification-url": True,
            "x-ms-visibility": "internal",
            "x-ms-summary": Target().fields["target_url"].metadata["title"],
            "description": "Where each event is sent: Microsoft fills it in.",
        }
    }
    body = asked(catalogue, form(catalogue, trigger))
    return {
        "x-ms-notification-content": {"schema": _one(trigger)},
        "post": {
            **_words(subscribe_operation(trigger.key), trigger),
            "summary": f"{trigger.label} (Instant)",
            "x-ms-trigger": "single",
            "parameters": [_body({**body, "properties": {**target, **body["properties"]}})],
            "responses": {
                "201": {
                    "description": "Subscribed. The Location is what to DELETE in the end.",
                    "headers": {"Location": {"type": "string"}},
                },
                "200": {
                    "description": "It was subscribed already, as an answer got lost.",
                    "headers": {"Location": {"type": "string"}},
                },
                "default": FAILURE,
            },
        },
    }


def action(catalogue: Catalogue, block: Action) -> OperationObject:
    """Do an action."""
    return {
        "post": {
            **_words(action_operation(block.key), block),
            "parameters": [_body(asked(catalogue, form(catalogue, block)))],
            "responses": {
                "200": {"description": "Done.", "schema": _one(block)},
                "default": FAILURE,
            },
        }
    }


def search(catalogue: Catalogue, block: Search) -> OperationObject:
    """Look for things, the best match first."""
    fields = [*form(catalogue, block), *limit_of(block)]
    return {
        "get": {
            **_words(action_operation(block.key), block),
            "parameters": parameters(catalogue, fields),
            "responses": {
                "200": {"description": "What was found.", "schema": _several(block)},
                "default": FAILURE,
            },
        }
    }


def choice(catalogue: Catalogue, block: Choice) -> OperationObject:
    """Fill a drop-down; nobody sees it by itself."""
    return {
        "get": {
            **_words(choice_operation(block.key), block),
            "x-ms-visibility": "internal",
            "parameters": [
                {
                    **each,
                    "x-ms-visibility": "internal",
                    **({"default": ""} if each["required"] else {}),
                }
                for each in parameters(catalogue, form(catalogue, block))
            ],
            "responses": {
                "200": {"description": "What there is.", "schema": _several(block)},
                "default": FAILURE,
            },
        }
    }


UNSUBSCRIBE = {
    "delete": {
        "operationId": "Unsubscribe",
        "summary": "Unsubscribe",
        "description": "Ends a subscription: Microsoft does so when a flow is turned off.",
        "x-ms-visibility": "internal",
        "parameters": [
            {
                "name": "id",
                "in": "path",
                "required": True,
                "type": "string",
                "x-ms-summary": "ID",
                "description": "The subscription, as the Location of its beginning ends.",
                "x-ms-url-encoding": "single",
            }
        ],
        "responses": {"204": {"description": "Nothing more is sent."}, "default": FAILURE},
    }
}

TEST = {
    "get": {
        "operationId": "TestConnection",
        "summary": "Test the Connection",
        "description": "Says who is connected, and how many of ReturnGO's calls are left today.",
        "x-ms-visibility": "advanced",
        "parameters": [],
        "responses": {
            "200": {
                "description": "The connection is good.",
                "schema": {"$ref": "#/definitions/Account"},
            },
            "default": FAILURE,
        },
    }
}


def _words(operation_id: str, block: Block) -> OperationObject:
    return {"operationId": operation_id, "summary": block.label, "description": about(block)}


def _body(shape_of_it: dict[str, Any]) -> dict[str, Any]:
    return {"name": BODY, "in": "body", "required": True, "schema": shape_of_it}


def _one(block: Block) -> dict[str, Any]:
    return {"$ref": f"#/definitions/{shape(block.key)}"}


def _several(block: Block) -> dict[str, Any]:
    return {"type": "array", "items": _one(block)}
