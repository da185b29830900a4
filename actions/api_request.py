"""Calls ReturnGO's API directly, for what no other action does.

The call goes out with the connection's key and shop, and counts as one of the day's calls. GET,
PUT and DELETE are repeated when an answer gets lost; a POST never is. The token needs the scope
`any_call`. ReturnGO's webhooks are the bridge's own: `/webhook…` is refused.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, post_load, validate

from connector.blocks import Action, Effect
from connector.returngo import ReturnGO, Undecided
from schemas.fields import Anything, Text
from schemas.sent_json import read_sent_json
from schemas.shapes import FromReturnGO, Input

READS, ADDS = "GET", "POST"
# Names between single slashes: no other host, no way up, nothing encoded, nothing of a query.
PATH_PATTERN = r"(/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)+"
PATH_RULE = (
    "must be a path at ReturnGO such as /rma/10030552: it begins with / and holds only letters,"
    " digits and - _ . between single slashes. What follows a ? goes into Query."
)
WEBHOOKS = "/webhook"
WEBHOOKS_RULE = (
    "is about webhooks. They are the bridge's own, which registers and reads them; to be told what"
    " happens, subscribe to a trigger."
)


class Fields(Input):
    """What to call."""

    method = Text(
        "Method",
        "GET reads; PUT changes, POST adds, DELETE deletes.",
        example="GET",
        choices=(READS, ADDS, "PUT", "DELETE"),
        required=True,
    )
    path = Text(
        "Path",
        "What to call at ReturnGO, as its reference writes it, without host and query.",
        example="/rmas",
        required=True,
        validate=validate.Regexp(re.compile(f"{PATH_PATTERN}\\Z", re.ASCII), error=PATH_RULE),
        metadata={"pattern": f"^{PATH_PATTERN}$"},
    )
    query = Anything(
        "Query",
        "What follows the ? of the address: an object of names, each with a text or a list of"
        " texts.",
        example={"pagesize": "50", "status": "Pending,Approved"},
    )
    body = Anything(
        "Body",
        "What to send: any JSON, or a text that holds JSON.",
        example={"htmlText": "<p>Parcel arrived.</p>"},
    )

    @post_load
    def _read(self, call: dict[str, Any], **_: Any) -> dict[str, Any]:
        if call["path"].lower().startswith(WEBHOOKS):
            raise ValidationError(WEBHOOKS_RULE, "path")
        read = dict(call)
        if "query" in call:
            read["query"] = _pairs(_parsed("query", call["query"]))
        if "body" in call:
            read["body"] = _parsed("body", call["body"])
        return read


class Answered(FromReturnGO):
    """What ReturnGO answered."""

    id = Text("ID", "The call, to tell it from others.", example="GET /rmas")
    answer = Anything("Answer", "What ReturnGO answered.")
    returngo_request_id = Text(
        "ReturnGO Request ID",
        "ReturnGO's own id of the call, which its support asks for.",
        example="3f1e2d4c-0000-4000-8000-000000000000",
    )


def run(
    returngo: ReturnGO,
    method: str,
    path: str,
    query: list[tuple[str, str]] | None = None,
    body: Any = None,
) -> dict[str, Any]:
    """Make the call."""
    answer = returngo.request(method, path, query or (), body)
    return {
        "id": f"{method} {path}",
        "answer": answer.document,
        "returngoRequestId": answer.request_id,
    }


def already_done(
    returngo: ReturnGO, since: datetime, method: str, path: str, **_: Any
) -> Mapping[str, Any] | None:
    """Have anything but a POST done again; of a POST nobody can know. Raises Undecided."""
    if method == ADDS:
        raise Undecided(
            f"An earlier try of POST {path} in {returngo.shop} was interrupted at"
            f" {since:%Y-%m-%d %H:%M:%S} UTC or later, and may have been done. Look at ReturnGO;"
            " to do it again, use another idempotency key."
        )
    return None


def _pairs(query: Any) -> list[tuple[str, str]]:
    if not isinstance(query, Mapping):
        raise ValidationError("must be an object of names, each with a text or a list.", "query")
    pairs = []
    for name, value in query.items():
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, str | int | Decimal) or isinstance(each, bool):
                raise ValidationError(f"has no text, and no list of texts, for {name}.", "query")
            pairs.append((name, str(each)))
    if any("\ud800" <= letter <= "\udfff" for pair in pairs for letter in "".join(pair)):
        raise ValidationError("holds characters that are not text.", "query")
    return pairs


def _parsed(field: str, sent: Any) -> Any:
    """Parse a text that holds JSON: many platforms can send no object."""
    if not isinstance(sent, str):
        return sent
    try:
        return read_sent_json(sent)
    except ValueError as error:
        raise ValidationError(f"is a text that is not JSON: {error}.", field) from error


block = Action(
    label="API Request",
    noun="API Request",
    effect=Effect.ADD,
    input=Fields,
    output=Answered,
    run=run,
    already_done=already_done,
    about=("method", "path"),
    makes_any_call=True,
    only_reads=lambda fields: fields["method"] == READS,
    confirms="It may change anything at ReturnGO, money included.",
)
