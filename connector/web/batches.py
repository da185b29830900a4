"""Triggers for clients that follow each answer's Location: /v1/triggers/{key}/batch.

Power Automate and Logic Apps poll so. What they keep between two polls is an address.
"""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from connector.blocks import Catalogue, Trigger
from connector.feed import NotReady
from connector.web.context import bridge, caller, own_address
from connector.web.openapi.responses import header
from connector.web.operations import RETURNGO_FAILURES, Operation, Operations, View
from connector.web.rendering import render
from connector.web.triggers import TAG

POLL_AGAIN = 60  # seconds


def add_batches(operations: Operations, catalogue: Catalogue) -> None:
    """Add the operation for each trigger."""
    for trigger in catalogue.triggers.values():
        operations.add(_operation(trigger), _batch(trigger))


def _operation(trigger: Trigger) -> Operation:
    return Operation(
        id=f"batch_{trigger.key}",
        path=f"/triggers/{trigger.key}/batch",
        tag=TAG,
        summary=f"{trigger.label}, Batch by Batch",
        description=f"{trigger.description}\n\nAnswers what came since the last answer, oldest"
        " first: call what its Location says, after as many seconds as Retry-After says. The first"
        " call begins with what is recorded from then on.",
        query=trigger.batch_schema,
        answer={"type": "array", "items": trigger.output_schema},
        empty={HTTPStatus.ACCEPTED: "Nothing has come."},
        problems=RETURNGO_FAILURES,  # the feed calls it, and lets only so many wait
        response_headers={
            "Location": header(
                "What to call next; the same as before where nothing was recorded.",
                required=True,
                pattern="^https?://.+/batch",
            ),
            "Retry-After": header(
                "After how many seconds; 0 where more waits.",
                required=True,
                type="integer",
                minimum=0,
            ),
        },
    )


def _batch(trigger: Trigger) -> View:
    def batch(call: dict[str, Any]) -> Response:
        try:
            answer = bridge().feed.batch(caller(), trigger, call)
        except NotReady as error:
            return _nothing(request.args.to_dict(), error.retry_after)
        following = {**request.args.to_dict(), "after": str(answer.place)}
        wait = 0 if answer.has_more else POLL_AGAIN
        if not answer.objects:
            return _nothing(following, wait)
        return _leading(render(answer.objects), following, wait)

    return batch


def _nothing(following: dict[str, str], wait: int) -> Response:
    return _leading(Response(status=HTTPStatus.ACCEPTED, content_type=None), following, wait)


def _leading(response: Response, following: dict[str, str], wait: int) -> Response:
    """Have an answer say what to call next, and when."""
    query = urlencode(following)
    response.headers["Location"] = f"{own_address()}{request.path}{'?' if query else ''}{query}"
    response.headers["Retry-After"] = str(wait)
    return response
