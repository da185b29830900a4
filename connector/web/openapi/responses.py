"""What the OpenAPI document says of an operation's answers: statuses, bodies, headers."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from connector.web.problems import MEANINGS, PROBLEM
from schemas.problem import Problem

Header = dict[str, Any]


def header(about: str, *, required: bool = False, **schema: Any) -> Header:
    """Describe a header; `schema` says more than that it is a text."""
    return {
        "description": about,
        **({"required": True} if required else {}),
        "schema": {"type": "string", **schema},
    }


WARNING = "Bridge-Warning"
# Written once in the document, and pointed at.
SHARED = {
    "RateLimit": header(
        "What is left of the day: r calls, and t seconds until it begins anew.",
        pattern='^"day";r=[0-9]+;t=[0-9]+$',
    ),
    "RateLimit-Policy": header(
        "What ReturnGO allows: q calls in w seconds.", pattern='^"day";q=[0-9]+;w=[0-9]+$'
    ),
    "X-Request-Id": header(
        "The request's name in the bridge's logs and in its record of deeds: yours, if you sent"
        " one of 8 to 64 letters, digits and . _ -",
        required=True,
    ),
    WARNING: header(
        "Which words of a filter are not known, though they were taken, and what is known."
    ),
    "WWW-Authenticate": header("Which credentials are taken.", required=True, pattern="^Bearer "),
    "Retry-After": header(
        "After how many seconds to try again, where that is known.", type="integer", minimum=1
    ),
}
WITH_RETRY_AFTER = {
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
}


def _shared(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


WARNED = _shared(WARNING)
ALLOWANCE = _shared("RateLimit", "RateLimit-Policy", "X-Request-Id")


def describe_responses(
    answer: Any,
    headers: Mapping[str, Header],
    problems: Iterable[HTTPStatus],
    *,
    status: HTTPStatus,
    media_type: str,
    alike: Mapping[HTTPStatus, str],
    empty: Mapping[HTTPStatus, str],
) -> dict[str, Any]:
    """Describe every answer by its status; without an `answer` the good one has no body.

    The statuses in `alike` have the same, those in `empty` none: each with what it means.
    """
    good = {
        "description": "All is well.",
        **({} if answer is None else {"content": {media_type: {"schema": answer}}}),
        "headers": {**headers, **ALLOWANCE},
    }
    return {
        str(status.value): good,
        **{str(each.value): {**good, "description": means} for each, means in alike.items()},
        **{
            str(each.value): {"description": meaning, "headers": {**headers, **ALLOWANCE}}
            for each, meaning in empty.items()
        },
        **{str(each.value): _describe_problem(each) for each in sorted(problems)},
    }


def _describe_problem(status: HTTPStatus) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": MEANINGS[status],
        "content": {PROBLEM: {"schema": Problem}},
    }
    if status == HTTPStatus.UNAUTHORIZED:
        described["headers"] = _shared("WWW-Authenticate", "X-Request-Id")
    elif status in WITH_RETRY_AFTER:
        described["headers"] = _shared("Retry-After", "X-Request-Id")
    else:
        described["headers"] = _shared("X-Request-Id")
    return described
