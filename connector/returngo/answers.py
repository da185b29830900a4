"""Reading what ReturnGO answers: JSON with exact money, or an error sorted into its kind."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, NoReturn

import simplejson

from connector.http_date import read_http_date
from connector.returngo.errors import (
    BadRequest,
    DayQuotaReached,
    KeyRefused,
    NotFound,
    ShopRefused,
    Throttled,
    Unavailable,
)
from connector.returngo.transport import RawAnswer

# [A] gateway-words
GATEWAY_FORBIDDEN = "Forbidden"
GATEWAY_DAY_SPENT = "Limit Exceeded"

THROTTLE_SECONDS = 1.0  # [A] no-retry-after
LONGEST_MESSAGE = 300


@dataclass(frozen=True)
class Answer:
    """A good answer: its JSON, when ReturnGO's clock says it was made, ReturnGO's request id."""

    document: Any
    date: datetime | None
    request_id: str | None


@dataclass(frozen=True)
class Rows:
    """One page of a list: its rows. Without `next_cursor` it is the last."""

    rows: list[dict[str, Any]]
    next_cursor: str | None
    date: datetime | None


def read(raw: RawAnswer) -> Answer:
    """Read an answer. Raises the ReturnGOError that it amounts to."""
    request_id = raw.headers.get("x-amzn-requestid")
    if not HTTPStatus.OK <= raw.status < HTTPStatus.MULTIPLE_CHOICES:
        _raise(raw, request_id)
    try:
        document = simplejson.loads(raw.body.decode() or "{}", use_decimal=True)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise Unavailable(
            "ReturnGO answered with something that is not JSON.", request_id=request_id
        ) from error
    date = read_http_date(raw.headers.get("Date"))
    return Answer(document=document, date=date, request_id=request_id)


def read_page(answer: Answer, rows_key: str) -> Rows:
    """Read one page of a list whose rows stand under `rows_key`. Raises Unavailable."""
    document = answer.document
    rows = document.get(rows_key) if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unavailable(f"ReturnGO answered without {rows_key}.", request_id=answer.request_id)
    # [A] last-page
    return Rows(rows=rows, next_cursor=document.get("next_cursor") or None, date=answer.date)


def read_list(answer: Answer) -> list[dict[str, Any]]:
    """Read a bare list of objects. Raises Unavailable."""
    rows = answer.document
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unavailable(
            "ReturnGO answered with something that is not a list.", request_id=answer.request_id
        )
    return rows


def read_object(answer: Answer) -> dict[str, Any]:
    """Read one object. Raises Unavailable."""
    if not isinstance(answer.document, dict):
        raise Unavailable(
            "ReturnGO answered with something that is not an object.",
            request_id=answer.request_id,
        )
    return answer.document


def _raise(raw: RawAnswer, request_id: str | None) -> NoReturn:
    said = _message(raw.body)
    match raw.status:
        case HTTPStatus.TOO_MANY_REQUESTS if said == GATEWAY_DAY_SPENT:
            raise DayQuotaReached(
                "ReturnGO says that the key's calls of this day are used up.",
                retry_after=0,
                request_id=request_id,
            )
        case HTTPStatus.TOO_MANY_REQUESTS:
            raise Throttled(
                "ReturnGO says that the key's calls come too fast.",
                retry_after=THROTTLE_SECONDS,
                request_id=request_id,
            )
        case HTTPStatus.UNAUTHORIZED:
            raise KeyRefused("ReturnGO does not know this key.", request_id=request_id)
        case HTTPStatus.FORBIDDEN if said == GATEWAY_FORBIDDEN:
            raise KeyRefused("ReturnGO does not know this key.", request_id=request_id)
        case HTTPStatus.FORBIDDEN:
            raise ShopRefused(
                "ReturnGO says that this key does not own this shop.", request_id=request_id
            )
        case HTTPStatus.NOT_FOUND:
            raise NotFound(_quote("ReturnGO has no such thing", said), request_id=request_id)
        case HTTPStatus.REQUEST_TIMEOUT:
            raise Unavailable("ReturnGO gave up waiting.", request_id=request_id)
        case status if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise BadRequest(_quote("ReturnGO refused this", said), request_id=request_id)
        case status:
            raise Unavailable(f"ReturnGO answered with status {status}.", request_id=request_id)


def _message(body: bytes) -> str:
    """Find the words of an error. Its shape is not documented."""
    try:
        document = simplejson.loads(body)
    except (ValueError, RecursionError):
        return ""
    words = document.get("message") if isinstance(document, dict) else None
    return words[:LONGEST_MESSAGE] if isinstance(words, str) else ""


def _quote(sentence: str, said: str) -> str:
    return f"{sentence}: {said}" if said else f"{sentence}."
