"""The OpenAPI document, and the page to try everything on: /openapi.json, /openapi.yaml, /docs."""

from collections.abc import Callable
from functools import cache
from typing import Any

import yaml
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Flask, Response
from flask_swagger_ui import get_swaggerui_blueprint

from connector import VERSION
from connector.blocks import pack, to_json
from connector.blocks.json_schema import OPENAPI_VERSION
from connector.web.auth import SECURITY, SECURITY_SCHEMES
from connector.web.openapi_responses import SHARED
from connector.web.packing import answer
from connector.web.rendering import JSON

TITLE = "ReturnGO Connector"
ABOUT = """\
ReturnGO's returns as building blocks: triggers that you poll, actions that you call.

**Try it here:** press *Authorize*, enter your bridge token, open a block and press *Execute*.
Every error is a problem (RFC 9457) that says in a sentence what to do. An address that is not here
answers 404; another method answers 405, and its header `Allow` names those that there are.
"""
PAGE = "/docs"
JSON_PATH = "/openapi.json"
YAML_PATH = "/openapi.yaml"
FOR_ALL = [("Cache-Control", "no-cache")]


class _Plain(yaml.SafeDumper):
    """Writes everything where it stands: numbered aliases would change with each new field."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def new_document() -> APISpec:
    """Begin an OpenAPI 3.1 document without operations."""
    document = APISpec(
        title=TITLE,
        version=VERSION,
        openapi_version=OPENAPI_VERSION,
        plugins=[MarshmallowPlugin()],
        info={"description": ABOUT, "license": {"name": "MIT", "identifier": "MIT"}},
        servers=[{"url": "/", "description": "This bridge"}],
        security=SECURITY,
    )
    for name, scheme in SECURITY_SCHEMES.items():
        document.components.security_scheme(name, scheme)
    for name, header in SHARED.items():
        document.components.header(name, header)
    return document


def to_yaml(document: APISpec) -> str:
    """Write a document as YAML: the same text for the same catalogue."""
    text: str = yaml.dump(
        to_dict(document), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100
    )
    return text


def to_dict(document: APISpec) -> dict[str, Any]:
    """Return a document as a dictionary in the order in which people read it."""
    whole: dict[str, Any] = document.to_dict()
    order = ("openapi", "info", "servers", "security", "paths", "components")
    return {name: whole[name] for name in order}


def add_pages(app: Flask, describe: Callable[[], APISpec]) -> None:
    """Serve a document, made when it is asked for, and Swagger UI from its package.

    Nothing comes from outside.
    """
    pages = Blueprint("pages", __name__)
    document = cache(describe)

    @cache
    def as_json() -> bytes:
        return to_json(to_dict(document()))

    @cache
    def as_packed_json() -> bytes:
        return pack(as_json())

    @cache
    def as_yaml() -> str:
        return to_yaml(document())

    @pages.get(JSON_PATH)
    def openapi_json() -> Response:
        return answer(as_json(), as_packed_json, content_type=JSON, headers=FOR_ALL)

    @pages.get(YAML_PATH)
    def openapi_yaml() -> Response:
        return Response(as_yaml(), headers=FOR_ALL, content_type="application/yaml")

    del openapi_json, openapi_yaml  # the routes hold them
    app.register_blueprint(pages)
    app.register_blueprint(
        get_swaggerui_blueprint(
            PAGE,
            JSON_PATH,
            config={
                "app_name": TITLE,
                "layout": "BaseLayout",
                "tryItOutEnabled": True,
                "defaultModelsExpandDepth": 0,
            },
        )
    )
