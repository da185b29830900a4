"""Polling triggers: /v1/triggers."""

from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, request

from connector.blocks import Catalogue, Trigger
from connector.web.context import bridge, caller, own_address
from connector.web.openapi.responses import header
from connector.web.operations import RETURNGO_FAILURES, Operation, Operations, View
from connector.web.packing import answer
from connector.web.rendering import JSON, render
from schemas.calls import ABSENT

TAG = "Triggers"
MOST_ADDRESSES = 2048


def add_triggers(operations: Operations, catalogue: Catalogue) -> None:
    """Add two operations for each trigger: the poll and the sample."""
    for trigger in catalogue.triggers.values():
        operations.add(_poll_operation(trigger), _poll(trigger))
        operations.add(_sample_operation(trigger), _sample(trigger))


def _poll_operation(trigger: Trigger) -> Operation:
    return Operation(
        id=f"poll_{trigger.key}",
        path=f"/triggers/{trigger.key}",
        tag=TAG,
        summary=trigger.label,
        description=f"{trigger.description}\n\nAnswers events, newest first; with `after`, oldest"
        " first.",
        query=trigger.input_schema,
        answer={"type": "array", "items": trigger.output_schema},
        empty={
            HTTPStatus.NOT_MODIFIED: "Nothing has changed since the ETag in If-None-Match.",
        },
        problems=RETURNGO_FAILURES,  # the feed calls it, and lets only so many wait
        request_headers=[
            {
                "in": "header",
                "name": "If-None-Match",
                "required": False,
                "schema": {"type": "string"},
                "example": ABSENT,
                "description": "The ETag of an earlier answer: 304 means that nothing has changed.",
            }
        ],
        response_headers={
            "Age": header(
                "How many seconds ago ReturnGO was read.", required=True, type="integer", minimum=0
            ),
            "ETag": header(
                "Send it back as If-None-Match: 304 means that nothing has changed.",
                required=True,
                pattern='^"',
            ),
            "Link": header(
                'The next page, as rel="next", if there is more.', pattern='^<.+>; rel="next"$'
            ),
        },
    )


def _poll(trigger: Trigger) -> View:
    def poll(call: dict[str, Any]) -> Response:
        page = bridge().feed.poll(caller(), trigger, call)
        g.balance = page.balance
        shown = page.shown
        headers = [("Age", str(page.age)), ("Cache-Control", "private, no-cache")]
        if page.more is not None:
            address = _address_with(request.path, request.query_string, *page.more.items())
            headers.append(("Link", f'<{own_address()}{address}>; rel="next"'))
        return answer(
            shown.body, lambda: shown.packed, content_type=JSON, tag=shown.tag, headers=headers
        )

    return poll


def _sample_operation(trigger: Trigger) -> Operation:
    return Operation(
        id=f"sample_{trigger.key}",
        path=f"/triggers/{trigger.key}/sample",
        tag=TAG,
        summary=f"Sample of {trigger.label}",
        description="One realistic event, made up. It costs no call to ReturnGO.",
        answer=trigger.output_schema,
        scope=None,
    )


def _sample(trigger: Trigger) -> View:
    def sample(_call: dict[str, Any]) -> Response:
        return render(trigger.sample())

    return sample


@lru_cache(maxsize=MOST_ADDRESSES)
def _address_with(path: str, _query: bytes, *parameters: tuple[str, str]) -> str:
    """Write this request's address with other parameters: many ask for the same next page."""
    return f"{path}?{urlencode({**request.args.to_dict(), **dict(parameters)})}"
