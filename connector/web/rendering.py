"""Writing answers: JSON with exact money."""

from http import HTTPStatus
from typing import Any

import simplejson
from flask import Response

JSON = "application/json"


def render(document: Any, status: int = HTTPStatus.OK, *, content_type: str = JSON) -> Response:
    """Answer `document` as JSON."""
    text = simplejson.dumps(document, use_decimal=True, ensure_ascii=False)
    return Response(text, status, content_type=content_type)
