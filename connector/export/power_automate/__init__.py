"""Power Automate and Logic Apps: a custom connector.

`apiDefinition.swagger.json` says what the bridge offers, in OpenAPI 2.0 with Microsoft's own words
(https://learn.microsoft.com/connectors/custom-connectors/openapi-extensions);
`apiProperties.json` says how a connection signs in.
"""

from importlib import resources
from typing import Any

from connector.export.power_automate.definition import definition
from connector.export.power_automate.properties import PROPERTIES
from connector.export.site import Files, Site
from connector.export.text import as_json


def render(site: Site) -> Files:
    """Write the connector's two documents, and how to deploy them."""
    return {
        "apiDefinition.swagger.json": _json(definition(site)),
        "apiProperties.json": _json(PROPERTIES),
        "README.md": resources.files(__package__)
        .joinpath("files", "README.md")
        .read_text(encoding="utf-8"),
    }


def _json(document: Any) -> str:
    return as_json(document, indent=2)
