"""Postman: a collection with a request for each block, and for each call about hooks.

The format, Postman Collection 2.1: https://schema.postman.com/collection/json/v2.1.0/draft-07/docs
"""

from collections.abc import Iterable
from typing import Any

from connector.blocks import Block, Catalogue
from connector.export.form import about, form, in_markdown
from connector.export.postman.hooks import hooks
from connector.export.postman.requests import (
    HAS_ID,
    HAS_LABEL,
    IS_LIST,
    CollectionItem,
    body_of,
    expecting,
    parameters_of,
    request,
)
from connector.export.site import Files, Site
from connector.export.text import as_json

COLLECTION = "returngo.postman_collection.json"
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
ABOUT = """\
ReturnGO's returns, through a bridge: triggers to poll, actions to call, searches, drop-downs.

Before the first request, fill in the collection's variables: `token` (the bridge's BRIDGE_TOKEN),
or, where the bridge allows it, `apiKey` and `shopName` (ReturnGO's own). `baseUrl` is set.

Parameters that are switched off narrow what is answered: switch on what you need. In a body, `null`
counts as absent.
"""
# The token goes before a key, as in the bridge; without a token Postman sends no Bearer.
OWN_KEY = """\
if (!pm.variables.get('token') && pm.variables.get('apiKey')) {
  pm.request.headers.upsert({ key: 'x-api-key', value: pm.variables.get('apiKey') });
  pm.request.headers.upsert({ key: 'x-shop-name', value: pm.variables.get('shopName') });
}
"""


def render(site: Site) -> Files:
    """Write the collection, to be imported as it is."""
    return {COLLECTION: as_json(_collection(site))}


def _collection(site: Site) -> dict[str, Any]:
    catalogue = site.catalogue
    return {
        "info": {"name": "ReturnGO Connector", "description": ABOUT, "schema": SCHEMA},
        "auth": {
            "type": "bearer",
            "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}],
        },
        "event": [
            {
                "listen": "prerequest",
                "script": {"type": "text/javascript", "exec": OWN_KEY.splitlines()},
            }
        ],
        "variable": [
            {"key": "baseUrl", "value": site.public_url},
            {"key": "token", "value": ""},
            {"key": "apiKey", "value": ""},
            {"key": "shopName", "value": ""},
            {"key": "hookId", "value": ""},
            {"key": "targetUrl", "value": "https://hooks.example.com/catch/123"},
        ],
        "item": [
            _connection(),
            _asked("Triggers", catalogue, catalogue.triggers.values(), "triggers"),
            _done(catalogue),
            _asked("Searches", catalogue, catalogue.searches.values(), "actions"),
            _asked("Choices", catalogue, catalogue.choices.values(), "choices"),
            *([{"name": "Hooks", "item": hooks(catalogue)}] if catalogue.triggers else []),
        ],
    }


def _connection() -> CollectionItem:
    test = request(
        "Test the Connection",
        "GET",
        "/v1/me",
        description="Says who is connected, and what is left of the day.",
        tests=expecting(200, HAS_LABEL),
    )
    return {"name": "Connection", "item": [test]}


def _asked(name: str, catalogue: Catalogue, blocks: Iterable[Block], kind: str) -> CollectionItem:
    """Collect blocks that are asked for a list."""
    return {
        "name": name,
        "item": [
            request(
                block.label,
                "GET",
                f"/v1/{kind}/{block.key}",
                description=about(block),
                query=parameters_of(form(catalogue, block)),
                tests=expecting(200, IS_LIST),
            )
            for block in blocks
        ],
    }


def _done(catalogue: Catalogue) -> CollectionItem:
    """Collect the blocks that do something."""
    return {
        "name": "Actions",
        "item": [
            request(
                block.label,
                "POST",
                f"/v1/actions/{block.key}",
                description=f"{about(block)}\n\n{in_markdown(form(catalogue, block))}",
                body=body_of(form(catalogue, block)),
                tests=expecting(200, HAS_ID),
            )
            for block in catalogue.actions.values()
        ],
    }
