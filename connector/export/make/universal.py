"""A module for any other call."""

from connector.export.make.app import Component, Sort
from connector.export.make.names import CONNECTION

METHODS = ("GET", "POST", "DELETE")
PAIRS = [{"name": name, "label": name.title(), "type": "text"} for name in ("key", "value")]


def universal(public_url: str) -> Component:
    """Make any call to the bridge.

    The address ends with a `/` before what the user gives, so that it can name no other host.
    """
    return Component(
        sort=Sort.MODULE,
        id="makeApiCall",
        about={
            "label": "Make an API Call",
            "description": "Sends any call to the bridge, for what no other module does.",
            "moduleType": "universal",
            "connection": CONNECTION,
        },
        codes={
            "communication": {
                "url": f"{public_url}/v1/{{{{parameters.url}}}}",
                "method": "{{parameters.method}}",
                "headers": {"{{...}}": "{{toCollection(parameters.headers, 'key', 'value')}}"},
                "qs": {"{{...}}": "{{toCollection(parameters.qs, 'key', 'value')}}"},
                "body": "{{parameters.body}}",
                "type": "text",
                "response": {
                    "output": {
                        "statusCode": "{{statusCode}}",
                        "headers": "{{headers}}",
                        "body": "{{body}}",
                    }
                },
            },
            "staticParams": [],
            "mappableParams": [
                {
                    "name": "url",
                    "label": "Path",
                    "type": "text",
                    "help": f"What follows {public_url}/v1/, such as triggers or me.",
                    "required": True,
                },
                {
                    "name": "method",
                    "label": "Method",
                    "type": "select",
                    "required": True,
                    "default": "GET",
                    "options": [{"label": each, "value": each} for each in METHODS],
                },
                {
                    "name": "headers",
                    "label": "Headers",
                    "type": "array",
                    "help": "The connection signs in by itself.",
                    "default": [{"key": "Content-Type", "value": "application/json"}],
                    "spec": PAIRS,
                },
                {"name": "qs", "label": "Query String", "type": "array", "spec": PAIRS},
                {"name": "body", "label": "Body", "type": "text", "help": "JSON, as text."},
            ],
            "interface": [
                {"name": "statusCode", "label": "Status Code", "type": "uinteger"},
                {"name": "headers", "label": "Headers", "type": "collection"},
                {"name": "body", "label": "Body", "type": "any"},
            ],
            "samples": {"statusCode": 200, "headers": {}, "body": {}},
        },
    )
