"""REST hooks: /v1/hooks."""

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Response

from connector.blocks import strange_words
from connector.connections import Scope
from connector.delivery import Hooks, Subscription
from connector.web.context import access, bridge, caller, note_deed
from connector.web.operations import RETURNGO_FAILURES, Operation, Operations
from connector.web.rendering import render
from schemas.hooks import (
    DeliveriesCall,
    Delivery,
    Hook,
    HookWithSecret,
    ReplayCall,
    ReplayCount,
    State,
    Tested,
    WhichHook,
)

TAG = "Hooks"
PATH = "/hooks"
ONE = f"{PATH}/{{id}}"
HIDDEN = "…"


def add_hooks(operations: Operations) -> None:
    """Add what can be done with hooks that there are."""
    for operation, view in (
        (LIST, _list),
        (TEST, _test),
        (WAKE, _wake),
        (DELIVERIES, _deliveries),
        (REPLAY, _replay),
        (ROTATE, _rotate),
        (GET, _get),
        (UNSUBSCRIBE, _unsubscribe),  # last: a collection is run in this order
    ):
        operations.add(operation, view)


# A key that the caller brings is verified first.
about_hooks = partial(Operation, tag=TAG, scope=Scope.HOOKS, problems=RETURNGO_FAILURES)

LIST = about_hooks(
    id="list_hooks",
    path=PATH,
    summary="All Hooks",
    description="The hooks that this token has made, the oldest first; with the scope `admin`, all"
    " of the connection.",
    answer={"type": "array", "items": Hook},
)
# What can be done with one of them.
of_hook = partial(about_hooks, in_path=WhichHook)

GET = of_hook(
    id="get_hook",
    path=ONE,
    summary="One Hook",
    description="A hook, and how many events wait for it or were given up.",
    answer=Hook,
)
UNSUBSCRIBE = of_hook(
    id="unsubscribe",
    path=ONE,
    method="DELETE",
    summary="Unsubscribe",
    description="Ends a hook: nothing more is sent. A key that was brought for it is deleted.",
    answer=None,
    status=HTTPStatus.NO_CONTENT,
)
TEST = of_hook(
    id="test_hook",
    path=f"{ONE}/test",
    method="POST",
    summary="Test",
    description="Sends the trigger's sample to the hook now, and answers what the target said. Once"
    " in ten seconds.",
    answer=Tested,
)
ROTATE = of_hook(
    id="rotate_hook",
    path=f"{ONE}/rotate",
    method="POST",
    summary="Rotate",
    description="Makes a new secret. For 24 hours deliveries carry the signatures of both, so that"
    " the target can change over meanwhile.",
    answer=HookWithSecret,
)
WAKE = of_hook(
    id="wake_hook",
    path=f"{ONE}/wake",
    method="POST",
    summary="Wake",
    description="Has a hook that rests, since its target was away for three days, sent to and read"
    " for again. What is parked can be replayed. A test or a replay that arrives wakes it, too.",
    answer=Hook,
)
DELIVERIES = of_hook(
    id="list_deliveries",
    path=f"{ONE}/deliveries",
    summary="Deliveries",
    description="What was sent to a hook and what waits, the newest first. What has arrived is kept"
    " for 3 days, what was given up for 30.",
    query=DeliveriesCall,
    answer={"type": "array", "items": Delivery},
)
REPLAY = of_hook(
    id="replay_deliveries",
    path=f"{ONE}/replay",
    method="POST",
    summary="Replay",
    description="Sends deliveries again, with the webhook-id that they had.",
    body=ReplayCall,
    answer=ReplayCount,
)


def _hooks() -> Hooks:
    return bridge().delivery.hooks


def _list(_call: dict[str, Any]) -> Response:
    hooks = _hooks().all(caller(), only=access().only)
    return render([Hook().dump(shown) for shown in _shown(hooks)])


def _get(call: dict[str, Any]) -> Response:
    hook = _hooks().find(caller(), call["id"], only=access().only)
    return render(Hook().dump(*_shown([hook])))


def _unsubscribe(call: dict[str, Any]) -> Response:
    _hooks().unsubscribe(caller(), call["id"], only=access().only)
    note_deed(UNSUBSCRIBE.id, f"hook {call['id']}")
    return Response(status=HTTPStatus.NO_CONTENT, content_type=None)


def _test(call: dict[str, Any]) -> Response:
    message_id, reply = _hooks().test(caller(), call["id"], only=access().only)
    answer = {
        "webhook_id": message_id,
        "delivered": reply.failure is None,
        "status": reply.status,
        "failure": reply.failure,
    }
    return render(Tested().dump(answer))


def _rotate(call: dict[str, Any]) -> Response:
    hook = _hooks().rotate(caller(), call["id"], only=access().only)
    note_deed(ROTATE.id, f"hook {hook.id}")
    return render_with_secret(hook, HTTPStatus.OK)


def _wake(call: dict[str, Any]) -> Response:
    hook = _hooks().wake(caller(), call["id"], only=access().only)
    note_deed(WAKE.id, f"hook {hook.id}")
    return render(Hook().dump(*_shown([hook])))


def _deliveries(call: dict[str, Any]) -> Response:
    state = State(call["state"]) if "state" in call else None
    found = _hooks().deliveries(caller(), call["id"], state, call["limit"], only=access().only)
    return render(
        [Delivery().dump({**vars(each), "webhook_id": each.message_id}) for each in found]
    )


def _replay(call: dict[str, Any]) -> Response:
    state = State(call["state"]) if "state" in call else None
    count = _hooks().replay(caller(), call["id"], call.get("deliveries"), state, only=access().only)
    note_deed(REPLAY.id, f"hook {call['id']}")
    return render(ReplayCount().dump({"replayed": count}))


def _shown(hooks: Sequence[Subscription]) -> list[dict[str, Any]]:
    counts = _hooks().outbox.count([each.id for each in hooks])
    return [
        {
            **vars(each),
            "target_url": _target(each),
            "ordered": each.is_ordered,
            "filters": {**each.filters, **({} if each.shop is None else {"shop": each.shop})},
            "warnings": _warnings(each),
            "waiting": counts[each.id][State.WAITING],
            "parked": counts[each.id][State.PARKED],
        }
        for each in hooks
    ]


def _warnings(hook: Subscription) -> list[str]:
    trigger = _hooks().triggers.get(hook.trigger)
    return [] if trigger is None else strange_words(trigger.filter_schema, hook.filters)


def _target(hook: Subscription) -> str:
    """Show where a hook goes: its path, which lets anybody post there, to its owner alone."""
    if hook.owner in (None, access().holder):
        return hook.target_url
    address = urlsplit(hook.target_url)
    return f"{address.scheme}://{address.netloc}/{HIDDEN}"


def render_with_secret(hook: Subscription, status: HTTPStatus) -> Response:
    """Return a hook with what signs its deliveries."""
    (shown,) = _shown([hook])
    newest = hook.secrets[0].text
    return render(HookWithSecret().dump({**shown, "secret": newest}), status)
