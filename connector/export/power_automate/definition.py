"""The connector's definition: every path, and the shapes that they share."""

from typing import Any
from urllib.parse import urlsplit

from connector import VERSION
from connector.blocks import Catalogue
from connector.export.form import answer, fields_of
from connector.export.power_automate import operations
from connector.export.power_automate.names import shape
from connector.export.power_automate.shapes import told
from connector.export.site import Site
from schemas.account import Account
from schemas.problem import Problem

JSON = ["application/json"]
ABOUT = (
    "Returns, shipments and refunds of ReturnGO as triggers and actions, through a bridge that"
    " keeps to ReturnGO's limits."
)


def definition(site: Site) -> dict[str, Any]:
    """Describe a bridge as OpenAPI 2.0."""
    address = urlsplit(site.public_url)
    return {
        "swagger": "2.0",
        "info": {"title": "ReturnGO Connector", "description": ABOUT, "version": VERSION},
        "host": address.netloc,
        "basePath": f"{address.path}/v1",
        "schemes": [address.scheme],
        "consumes": JSON,
        "produces": JSON,
        "paths": _paths(site.catalogue),
        "definitions": _shapes(site.catalogue),
        "securityDefinitions": {},  # apiProperties.json says how a connection signs in
        "security": [],
    }


def _paths(blocks: Catalogue) -> dict[str, Any]:
    paths: dict[str, Any] = {"/me": operations.TEST}
    for trigger in blocks.triggers.values():
        path = f"/triggers/{trigger.key}"
        paths[f"{path}/batch"] = operations.polling_trigger(blocks, trigger)
        paths[f"{path}/hooks"] = operations.instant_trigger(blocks, trigger)
    paths["/hooks/{id}"] = operations.UNSUBSCRIBE
    for action in blocks.actions.values():
        paths[f"/actions/{action.key}"] = operations.action(blocks, action)
    for search in blocks.searches.values():
        paths[f"/actions/{search.key}"] = operations.search(blocks, search)
    for choice in blocks.choices.values():
        paths[f"/choices/{choice.key}"] = operations.choice(blocks, choice)
    return paths


def _shapes(blocks: Catalogue) -> dict[str, Any]:
    return {
        "Account": told(fields_of(Account)),
        "Problem": told(fields_of(Problem)),
        **{shape(block.key): told(answer(block)) for block in blocks},
    }
