"""Operations: a route and its entry in the OpenAPI document, from one declaration."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPMethod, HTTPStatus
from typing import Any

from apispec import APISpec
from flask import Blueprint, Response, request
from marshmallow import Schema

from connector.blocks import read_input, strange_words
from connector.connections import Scope
from connector.threads import MOST_CALLING, Bulkhead, Overloaded
from connector.web.auth import verify_own_key
from connector.web.context import access
from connector.web.last_answers import AGE, AGE_HEADER, LastAnswers
from connector.web.openapi.document import new_document
from connector.web.openapi.examples import TRIES, needed
from connector.web.openapi.responses import WARNED, WARNING, Header, describe_responses
from connector.web.rendering import JSON
from connector.web.request_body import read_body
from connector.web.request_query import read_query, refuse_beside
from schemas.fields import CommaList, trim

View = Callable[[dict[str, Any]], Response]

ANY_FAILURES = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
# What else can happen where a path names something, a query or a body is read, ReturnGO is called.
PATH_FAILURES = frozenset({HTTPStatus.NOT_FOUND})
QUERY_FAILURES = frozenset({HTTPStatus.UNPROCESSABLE_ENTITY})
BODY_FAILURES = QUERY_FAILURES | {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}
RETURNGO_FAILURES = frozenset(
    {
        HTTPStatus.FORBIDDEN,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One call that the bridge answers.

    `id` names it for ever. `path` may hold `{names}`, which `in_path` describes; `query` or `body`
    says what else it takes, and `tries` what to fill in to try it, beside what must be there. It
    answers `status` and `answer` (a schema, or an OpenAPI schema object around one; None is no
    body) as `media_type`; with the same by a status in `alike` or none by one in `empty`, each
    with what it means. One that `calls_returngo` waits for it, which only so many may at a time;
    what `repeats` is answered from the last answer for some seconds. A caller needs `scope`, None
    where any will do. `problems` are failures that follow from none of that.

    For hooks, a key that the caller brings must have been accepted in the last five minutes: they
    are there, with their secrets, whether or not ReturnGO still knows the key.
    """

    id: str
    path: str
    tag: str
    summary: str
    description: str
    answer: Any
    method: str = "GET"
    status: HTTPStatus = HTTPStatus.OK
    media_type: str = JSON
    alike: Mapping[HTTPStatus, str] = field(default_factory=dict)
    empty: Mapping[HTTPStatus, str] = field(default_factory=dict)
    in_path: type[Schema] | None = None
    query: type[Schema] | None = None
    body: type[Schema] | None = None
    tries: Mapping[str, Any] = field(default_factory=dict)
    problems: Collection[HTTPStatus] = ()
    calls_returngo: bool = False
    repeats: bool = False
    scope: Scope | None = Scope.READ
    request_headers: Sequence[Mapping[str, Any]] = ()
    response_headers: Mapping[str, Header] = field(default_factory=dict)

    @property
    def failures(self) -> frozenset[HTTPStatus]:
        """Return the statuses that it may fail with."""
        return frozenset().union(
            ANY_FAILURES,
            PATH_FAILURES if self.in_path else (),
            QUERY_FAILURES if self.query or self.method == HTTPMethod.POST else (),
            BODY_FAILURES if self.body else (),
            RETURNGO_FAILURES if self.calls_returngo else (),
            self.problems,
        )

    @property
    def parameters_to_try(self) -> dict[str, Any]:
        """Return values of the address to try it with."""
        return {**needed(self.in_path), **needed(self.query), **self.tries}

    @property
    def body_to_try(self) -> dict[str, Any]:
        """Return a body to try it with."""
        return {**needed(self.body), **self.tries}


class Operations:
    """Adds operations to a blueprint, and describes them in a document."""

    def __init__(self, blueprint: Blueprint) -> None:
        self._blueprint = blueprint
        self._operations: list[Operation] = []
        self._bulkhead = Bulkhead(MOST_CALLING)
        self._last_answers = LastAnswers()

    def add(self, operation: Operation, view: View) -> None:
        """Serve `operation` with `view`, which is handed what the operation takes, checked."""

        def serve(**in_path: str) -> Response:
            if operation.scope is not None:
                access().require(operation.scope)
            call = {**_read(operation), **{name: trim(each) for name, each in in_path.items()}}
            if call.get("raw"):
                access().require(Scope.RAW)
            response = respond(call)
            if operation.query is not None and (told := strange_words(operation.query, call)):
                response.headers[WARNING] = " ".join(told)
            return response

        def verify_and_view(call: dict[str, Any]) -> Response:
            verify_own_key()
            return view(call)

        def respond(call: dict[str, Any]) -> Response:
            if operation.scope is Scope.HOOKS and access().connection.brings_key:
                return self._wait(verify_and_view, call)
            if not operation.calls_returngo:
                return view(call)
            if not operation.repeats:
                return self._wait(view, call)
            return self._last_answers.get(lambda: self._wait(view, call))

        self._blueprint.add_url_rule(
            re.sub(r"\{(\w+)\}", r"<\1>", operation.path),
            endpoint=operation.id,
            view_func=serve,
            methods=[operation.method],
        )
        self._operations.append(operation)

    def _wait(self, view: View, call: dict[str, Any]) -> Response:
        """Have a view call ReturnGO. Raises Overloaded where too many wait for it."""
        with self._bulkhead.take() as is_taken:
            if not is_taken:
                raise Overloaded(
                    "ReturnGO is slow, and as many calls as may wait for it do. Nothing was done;"
                    " try again soon."
                )
            return view(call)

    def document(self) -> APISpec:
        """Describe all that was added, which takes a while: not at each start."""
        document = new_document()
        for operation in self._operations:
            document.path(
                path=f"{self._blueprint.url_prefix}{operation.path}",
                operations={operation.method.lower(): _describe(operation)},
            )
        return document


def _read(operation: Operation) -> dict[str, Any]:
    """Read what the operation takes. Raises InvalidInput."""
    if operation.body is not None:
        sent = read_body()
        refuse_beside(sent)
        return read_input(operation.body, sent)
    if operation.query is not None:
        return read_query(operation.query, request.query_string)
    if operation.method == HTTPMethod.POST:
        refuse_beside({})
    return {}


def takes_words(schema: type[Schema]) -> bool:
    """Return whether any field knows words, and takes others as well."""
    return any(isinstance(each, CommaList) and each.words for each in schema().fields.values())


def _describe(operation: Operation) -> dict[str, Any]:
    parameters: list[Any] = list(operation.request_headers)
    if operation.in_path is not None:
        parameters.append({"in": "path", "schema": operation.in_path})
    if operation.query is not None:
        parameters.append({"in": "query", "schema": operation.query})
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
        TRIES: operation.parameters_to_try,
    }
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {JSON: {"schema": operation.body, "example": operation.body_to_try}},
        }
    warnings = WARNED if operation.query and takes_words(operation.query) else {}
    described["responses"] = describe_responses(
        operation.answer,
        {
            **warnings,
            **operation.response_headers,
            **({AGE: AGE_HEADER} if operation.repeats else {}),
        },
        operation.failures,
        status=operation.status,
        media_type=operation.media_type,
        alike=operation.alike,
        empty=operation.empty,
    )
    return described
