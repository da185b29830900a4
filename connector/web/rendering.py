"""Writing answers: JSON with exact money."""

from http import HTTPStatus
from typing import Any

from flask import Response

from connector.blocks import to_json

JSON = "application/json"


def render(document: Any, status: int = HTTPStatus.OK, *, content_type: str = JSON) -> Response:
    """Return `document` as JSON."""
    return Response(to_json(document), status, content_type=content_type)
