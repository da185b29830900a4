"""Errors as RFC 9457 problems: every exception of the rooms below has its status here."""

import math
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import NotFound as NoAddress

from connector.blocks import InvalidInput, shorten
from connector.connections import (
    Access,
    ConnectionRefused,
    ForeignShop,
    NoSuchConnection,
    NotRecognised,
    OutOfScope,
    TooManyTries,
)
from connector.delivery import NoSuchHook, TestedTooSoon
from connector.feed import NotReady
from connector.idempotency import InProgress, KeyReused
from connector.returngo import (
    BadRequest,
    DayQuotaReached,
    KeyRefused,
    NotFound,
    ReturnGOError,
    ShopRefused,
    Throttled,
    TimedOut,
    TokenQuotaReached,
    Unavailable,
    Undecided,
)
from connector.store import StoreBusy, StoreUnavailable, WrongSecretKey
from connector.threads import Overloaded
from connector.verification import KeyUntried
from connector.web.nearest import nearest, right_method
from connector.web.rendering import render
from connector.web.request_log import request_id

PROBLEM = "application/problem+json"
# draft-ietf-httpapi-ratelimit-headers, Problem Types
QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded"

STATUSES: dict[type[Exception], HTTPStatus] = {
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    InProgress: HTTPStatus.CONFLICT,
    NotRecognised: HTTPStatus.UNAUTHORIZED,
    TooManyTries: HTTPStatus.TOO_MANY_REQUESTS,
    ForeignShop: HTTPStatus.FORBIDDEN,
    ConnectionRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoSuchConnection: HTTPStatus.NOT_FOUND,
    OutOfScope: HTTPStatus.FORBIDDEN,
    NotReady: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    WrongSecretKey: HTTPStatus.SERVICE_UNAVAILABLE,
    Overloaded: HTTPStatus.SERVICE_UNAVAILABLE,
    KeyUntried: HTTPStatus.SERVICE_UNAVAILABLE,
    BadRequest: HTTPStatus.UNPROCESSABLE_ENTITY,
    KeyRefused: HTTPStatus.UNAUTHORIZED,
    ShopRefused: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    NoSuchHook: HTTPStatus.NOT_FOUND,
    TestedTooSoon: HTTPStatus.TOO_MANY_REQUESTS,
    Undecided: HTTPStatus.CONFLICT,
    Throttled: HTTPStatus.TOO_MANY_REQUESTS,
    DayQuotaReached: HTTPStatus.TOO_MANY_REQUESTS,
    TokenQuotaReached: HTTPStatus.TOO_MANY_REQUESTS,
    TimedOut: HTTPStatus.GATEWAY_TIMEOUT,
    Unavailable: HTTPStatus.BAD_GATEWAY,
}

KEPT_KEY_REFUSED = (
    "ReturnGO does not know the key that the bridge keeps for this connection. The bridge's"
    " operator has to replace it; your token is right."
)

MEANINGS = {
    HTTPStatus.BAD_REQUEST: "The body is not JSON in UTF-8, did not arrive whole, or is nested too"
    " deeply.",
    HTTPStatus.UNAUTHORIZED: "The token or key is missing or wrong.",
    HTTPStatus.FORBIDDEN: "The shop is not the connection's, or the token is not for this.",
    HTTPStatus.NOT_FOUND: "There is no such thing.",
    HTTPStatus.CONFLICT: "The first request with this idempotency key is still being done, or was"
    " interrupted and may have been done.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not marked as JSON or as a form, or is"
    " compressed.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "A field is not right; the answer names it.",
    HTTPStatus.TOO_MANY_REQUESTS: "The calls that ReturnGO allows are used up, or those of the"
    " token, too many wrong tokens or keys came from this address, or the hook was tested a moment"
    " ago.",
    HTTPStatus.BAD_GATEWAY: "ReturnGO failed, or refuses the key that the bridge keeps.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The bridge is not ready; try again soon.",
    HTTPStatus.GATEWAY_TIMEOUT: "ReturnGO took too long.",
}

log = structlog.get_logger()


def register(app: Flask) -> None:
    """Have the application answer every error as a problem."""
    for error_type, status in STATUSES.items():
        app.register_error_handler(error_type, _handler(status))
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Exception, _crash)


def problem(
    status: int,
    detail: str,
    *,
    title: str | None = None,
    type_uri: str = "about:blank",
    retry_after: float | None = None,
    **members: Any,
) -> Response:
    """Make a problem of it. `retry_after`, in seconds, is rounded up to a whole number."""
    document = {
        "type": type_uri,
        "title": title or HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "message": detail,
        "request_id": request_id(),
        **{name: value for name, value in members.items() if value is not None},
    }
    response = render(document, status, content_type=PROBLEM)
    if retry_after is not None:
        response.headers["Retry-After"] = str(max(1, math.ceil(retry_after)))
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="returngo-connector"'
    return response


def _handler(status: HTTPStatus) -> Callable[[Exception], Response]:
    def handle(error: Exception) -> Response:
        if isinstance(error, StoreUnavailable | WrongSecretKey):
            log.error("web.store_failed", reason=str(error))
            g.store_failed = True
        is_ours = _is_of_a_kept_key(error)
        return problem(
            HTTPStatus.BAD_GATEWAY if is_ours else status,
            KEPT_KEY_REFUSED if is_ours else _sentence(error),
            retry_after=getattr(error, "retry_after", None),
            errors=_field_errors(error),
            returngo_request_id=error.request_id if isinstance(error, ReturnGOError) else None,
            **_quota(error),
        )

    return handle


def _is_of_a_kept_key(error: Exception) -> bool:
    """Whether ReturnGO refused a key that the caller has not brought and cannot mend."""
    if not isinstance(error, KeyRefused):
        return False
    access: Access | None = g.get("access")
    return access is not None and not access.connection.brings_key


def _sentence(error: Exception) -> str:
    match error:
        case StoreUnavailable():
            return (
                "The bridge's database cannot be used at the moment. Try again soon; with an"
                " idempotency key that is always safe."
            )
        case WrongSecretKey():
            return (
                "The bridge cannot open its own records. Whoever runs it must put its SECRET_KEY"
                " right."
            )
        case NotReady():
            return (
                "The bridge reads this shop for the first time, so that what is already there does"
                " not look like news. Try again soon."
            )
        case _:
            return str(error)


def _field_errors(error: Exception) -> list[dict[str, Any]] | None:
    if isinstance(error, KeyReused):
        detail = "differs from the first request with this idempotency key."
        return [{"field": name, "detail": detail} for name in error.fields]
    if not isinstance(error, InvalidInput):
        return None
    return [
        {
            "field": each.field,
            "detail": each.detail,
            "value": _echo(each.value),
            "accepted": each.accepted,
        }
        for each in error.errors
    ]


def _echo(value: Any) -> Any:
    text = str(value)
    return value if shorten(text) == text else shorten(text)


def _quota(error: Exception) -> dict[str, Any]:
    if not isinstance(error, DayQuotaReached | TokenQuotaReached):
        return {}
    return {
        "type_uri": QUOTA_EXCEEDED,
        "title": "Request cannot be satisfied as assigned quota has been exceeded",
        "violated-policies": ["day" if isinstance(error, DayQuotaReached) else "token"],
    }


def _http_problem(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    allowed = getattr(error, "valid_methods", None)
    detail = error.description or error.name
    if allowed:
        detail = right_method(request.path, allowed)
    elif isinstance(error, NoAddress) and detail == NoAddress.description:
        detail = nearest(request.path, (each.rule for each in current_app.url_map.iter_rules()))
    response = problem(status, detail)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _crash(error: Exception) -> Response:
    log.error("web.crashed", exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "The bridge met an error of its own, and has noted it."
    )
