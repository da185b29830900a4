"""The requests that a custom app describes, made real.

Make's own engine is not to be had. Here each expression is replaced by the value that the test says
it has, so what is tried is where a request goes and what its parts are called, not Make's language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from tests.export.make_project import EXPRESSION, Project
from tests.processes import CALL

LEFT_OUT = object()
SPREAD = "{{...}}"
PATH = re.compile(r"[\w.]+\Z")


def fill(document: Any, values: Mapping[str, Any]) -> Any:
    """Replace each expression: by its value under its very words, or by following its path."""
    match document:
        case dict():
            filled = {name: fill(each, values) for name, each in document.items()}
            spread = filled.pop(SPREAD, {})
            return {**spread, **{n: each for n, each in filled.items() if each is not LEFT_OUT}}
        case list():
            return [fill(each, values) for each in document]
        case str():
            if alone := EXPRESSION.fullmatch(document):
                return _value(alone[1], values)
            return EXPRESSION.sub(lambda each: str(_value(each[1], values)), document)
        case _:
            return document


def _value(expression: str, values: Mapping[str, Any]) -> Any:
    if expression in values:
        return values[expression]
    assert PATH.match(expression), f"the test does not say what {expression} is"
    found: Any = values
    for name in expression.split("."):
        found = found.get(name, LEFT_OUT) if isinstance(found, Mapping) else LEFT_OUT
    return found


@dataclass(frozen=True)
class Caller:
    """Sends what a project describes, signed in with a connection's values."""

    project: Project
    connection: Mapping[str, Any]

    def send(self, request: Mapping[str, Any], **values: Any) -> requests.Response:
        """Send a request that shares what all requests share."""
        base = self.project.base
        known = {"connection": self.connection, **signing("connection", self.connection), **values}
        url = str(fill(request["url"], known))
        body = fill(request.get("body", LEFT_OUT), known)
        return requests.request(
            fill(request.get("method", "GET"), known),
            url if url.startswith("http") else f"{base['baseUrl']}{url}",
            headers=fill({**base["headers"], **request.get("headers", {})}, known),
            params=fill(request.get("qs", {}), known),
            json=None if body is LEFT_OUT else body,
            timeout=CALL,
        )


def signing(source: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Say what the one expression is worth that makes a header of a token."""
    token = f"{source}.token"
    has_token = "token" in given
    return {
        f"if({token}, 'Bearer ' + {token}, undefined)": f"Bearer {given['token']}"
        if has_token
        else LEFT_OUT
    }
