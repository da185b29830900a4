"""Operations: a route and its entry in the OpenAPI document, from one declaration."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import simplejson
from apispec import APISpec
from flask import Blueprint, Response, request
from gunicorn.http.errors import ParseException
from marshmallow import Schema
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from connector.blocks import FieldError, InvalidInput, read_input
from connector.web.problems import MEANINGS, PROBLEM
from connector.web.rendering import JSON
from schemas.problem import Problem

View = Callable[[dict[str, Any]], Response]

DEEPEST_BODY = 20  # levels: no block takes more than a few

ALWAYS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE})
# What can happen where fields are read and ReturnGO is called.
CALLING = frozenset(
    {
        HTTPStatus.FORBIDDEN,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
# And where something is looked for.
FINDING = CALLING | {HTTPStatus.NOT_FOUND}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One call that the bridge answers.

    `id` names it for ever; `query` or `body` says what it takes, `answer` what it answers (a
    schema, or an OpenAPI schema object around one), `problems` with which statuses it may fail.
    """

    id: str
    path: str
    tag: str
    summary: str
    description: str
    answer: Any
    method: str = "GET"
    query: type[Schema] | None = None
    body: type[Schema] | None = None
    problems: frozenset[HTTPStatus] = frozenset()
    request_headers: Sequence[Mapping[str, Any]] = ()
    response_headers: Mapping[str, str] = field(default_factory=dict)


class Operations:
    """Adds operations to a blueprint and to the document, both at once."""

    def __init__(self, blueprint: Blueprint, document: APISpec) -> None:
        self._blueprint = blueprint
        self._document = document

    def add(self, operation: Operation, view: View) -> None:
        """Serve `operation` with `view`, which is handed what the operation takes, checked."""

        def serve() -> Response:
            return view(_read(operation))

        self._blueprint.add_url_rule(
            operation.path, endpoint=operation.id, view_func=serve, methods=[operation.method]
        )
        self._document.path(
            path=f"{self._blueprint.url_prefix}{operation.path}",
            operations={operation.method.lower(): _describe(operation)},
        )


def _read(operation: Operation) -> dict[str, Any]:
    """Read what the operation takes. Raises InvalidInput."""
    if operation.body is not None:
        return read_input(operation.body, _json())
    if operation.query is None:
        return {}
    for name, values in request.args.lists():
        if len(values) > 1:
            raise InvalidInput([FieldError(name, "is given more than once.", values)])
    return read_input(operation.query, request.args.to_dict())


def _json() -> Any:
    body = _body()
    if not body:
        return {}
    if not request.is_json:
        raise UnsupportedMediaType("Send JSON, with the header Content-Type: application/json.")
    try:
        document = simplejson.loads(body, use_decimal=True)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is not JSON.") from error
    if _is_deep(document):
        raise BadRequest("The body is nested too deeply.")
    return document


def _body() -> bytes:
    try:
        body = request.get_data()
    except (ParseException, OSError) as error:
        # gunicorn's: the chunks are malformed, or the caller has gone
        raise BadRequest("The body did not arrive whole.") from error
    # A chunked body tells no length; it is cut at the limit.
    if len(body) >= (request.max_content_length or math.inf):
        raise RequestEntityTooLarge
    return body


def _is_deep(document: Any) -> bool:
    level = [document]
    for _ in range(DEEPEST_BODY):
        level = [inner for outer in level for inner in _inside(outer)]
    return bool(level)


def _inside(document: Any) -> Iterable[Any]:
    match document:
        case dict():
            return document.values()
        case list():
            return document
        case _:
            return ()


def _describe(operation: Operation) -> dict[str, Any]:
    parameters: list[Any] = list(operation.request_headers)
    if operation.query is not None:
        parameters.append({"in": "query", "schema": operation.query})
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
    }
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {JSON: {"schema": operation.body}},
        }
    return {**described, "responses": _describe_responses(operation)}


def _describe_responses(operation: Operation) -> dict[str, Any]:
    good: dict[str, Any] = {
        "description": "All is well.",
        "content": {JSON: {"schema": operation.answer}},
    }
    if operation.response_headers:
        good["headers"] = {
            name: {"description": about, "schema": {"type": "string"}}
            for name, about in operation.response_headers.items()
        }
    bad = {
        str(status.value): {
            "description": MEANINGS[status],
            "content": {PROBLEM: {"schema": Problem}},
        }
        for status in sorted(ALWAYS | operation.problems)
    }
    return {"200": good, **bad}
