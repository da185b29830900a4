"""Writing answers: JSON with exact money."""

from http import HTTPStatus
from typing import Any

import simplejson
from flask import Response

JSON = "application/json"


def render(document: Any, status: int = HTTPStatus.OK, *, content_type: str = JSON) -> Response:
    """Answer `document` as JSON. Half a character, which UTF-8 cannot write, becomes a `?`."""
    text = simplejson.dumps(document, use_decimal=True, ensure_ascii=False)
    return Response(text.encode(errors="replace"), status, content_type=content_type)
