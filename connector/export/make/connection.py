"""How the app signs in, and what all its requests share."""

from typing import Any

from connector.export.make.app import Component, Sort
from connector.export.make.names import CONNECTION

MESSAGE = "[{{statusCode}}] {{ifempty(body.detail, 'The bridge gave no reason.')}}"
# Make runs a step again by itself after a RateLimitError or a ConnectionError, if the scenario
# stores incomplete executions; a DataError or an InvalidAccessTokenError waits for a person.
TYPES = {
    400: "DataError",
    401: "InvalidAccessTokenError",
    403: "DataError",
    404: "DataError",
    409: "ConnectionError",  # the first try is still being done
    422: "DataError",
    429: "RateLimitError",
    502: "ConnectionError",
    503: "ConnectionError",
    504: "ConnectionError",
}
ERROR = {
    "message": MESSAGE,
    "type": "RuntimeError",
    **{str(status): {"message": MESSAGE, "type": each} for status, each in TYPES.items()},
}
LOG = {"sanitize": ["request.headers.authorization", "request.headers.`x-api-key`"]}
PARAMETERS = [
    {
        "name": "signIn",
        "label": "Sign in With",
        "type": "select",
        "help": "Ask whoever runs the bridge which of them to use.",
        "required": True,
        "default": "token",
        "options": [
            {
                "label": "Bridge token",
                "value": "token",
                "nested": [
                    {
                        "name": "token",
                        "label": "Bridge Token",
                        "type": "password",
                        "help": "The long random text that was set as BRIDGE_TOKEN.",
                        "required": True,
                        "editable": True,
                    }
                ],
            },
            {
                "label": "ReturnGO API key",
                "value": "key",
                "nested": [
                    {
                        "name": "apiKey",
                        "label": "ReturnGO API Key",
                        "type": "password",
                        "help": "From ReturnGO's page Settings > Integrations > API.",
                        "required": True,
                        "editable": True,
                    },
                    {
                        "name": "shopName",
                        "label": "Shop Name",
                        "type": "text",
                        "help": "The shop of that key, such as example.myshopify.com.",
                        "required": True,
                        "editable": True,
                    },
                ],
            },
        ],
    }
]


def base(public_url: str) -> dict[str, Any]:
    """Say what every module and remote procedure shares."""
    return {
        "baseUrl": f"{public_url}/v1",
        "headers": _headers("connection"),
        "response": {"error": ERROR},
        "log": LOG,
    }


def connection(public_url: str) -> Component:
    """Sign in with a bridge token, or with one's own ReturnGO key."""
    return Component(
        sort=Sort.CONNECTION,
        id=CONNECTION,
        about={"label": "ReturnGO Connector", "connectionType": "basic"},
        codes={
            "communication": {
                "url": f"{public_url}/v1/me",
                "method": "GET",
                "headers": _headers("parameters"),
                "response": {
                    "metadata": {"type": "text", "value": "{{body.label}}"},
                    "error": ERROR,
                },
                "log": LOG,
            },
            "params": PARAMETERS,
        },
    )


def _headers(source: str) -> dict[str, str]:
    token = f"{source}.token"
    return {
        "authorization": f"{{{{if({token}, 'Bearer ' + {token}, undefined)}}}}",
        "x-api-key": f"{{{{{source}.apiKey}}}}",
        "x-shop-name": f"{{{{{source}.shopName}}}}",
    }
