"""The document for whatever reads it, and the page to try it on: /openapi.json, .yaml, /docs."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from apispec import APISpec
from flask import Blueprint, Flask, Response, request
from flask_swagger_ui import get_swaggerui_blueprint

from connector.blocks import pack, read_input, to_json
from connector.web.context import own_address
from connector.web.openapi.document import TITLE, to_dict, to_yaml
from connector.web.openapi.older import in_version_3_0
from connector.web.openapi.small import small
from connector.web.packing import answer
from connector.web.rendering import JSON
from schemas.document import OLDER, SMALL, DocumentCall

PAGE = "/docs"
JSON_PATH = "/openapi.json"
YAML_PATH = "/openapi.yaml"
FOR_ALL = [("Cache-Control", "no-cache")]
MOST_FORMS = 8  # of the document, kept: some megabytes each


def add_pages(app: Flask, describe: Callable[[], APISpec]) -> None:
    """Serve a document, made when it is asked for, and Swagger UI from its package.

    Importers often know nothing of where a document came from, so that it names the bridge's whole
    address. Nothing of the page comes from outside.
    """
    pages = Blueprint("pages", __name__)

    @cache
    def whole() -> dict[str, Any]:
        return to_dict(describe())

    def form(call: dict[str, Any], address: str) -> dict[str, Any]:
        document = small(whole()) if call.get("profile") == SMALL else whole()
        located = {**document, "servers": [{**document["servers"][0], "url": address}]}
        return in_version_3_0(located) if call["version"] == OLDER else located

    @lru_cache(MOST_FORMS)
    def as_json(asked: tuple[tuple[str, str], ...], address: str) -> bytes:
        return to_json(form(dict(asked), address))

    @lru_cache(MOST_FORMS)
    def as_packed_json(asked: tuple[tuple[str, str], ...], address: str) -> bytes:
        return pack(as_json(asked, address))

    @lru_cache(MOST_FORMS)
    def as_yaml(asked: tuple[tuple[str, str], ...], address: str) -> str:
        return to_yaml(form(dict(asked), address))

    def asked() -> tuple[tuple[tuple[str, str], ...], str]:
        return tuple(read_input(DocumentCall, request.args.to_dict()).items()), own_address()

    @pages.get(JSON_PATH)
    def openapi_json() -> Response:
        question = asked()
        return answer(
            as_json(*question),
            lambda: as_packed_json(*question),
            content_type=JSON,
            headers=FOR_ALL,
        )

    @pages.get(YAML_PATH)
    def openapi_yaml() -> Response:
        return Response(as_yaml(*asked()), headers=FOR_ALL, content_type="application/yaml")

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
