"""REST hooks: what subscribing takes, and what is told of hooks and their deliveries."""

from collections.abc import Sequence
from enum import StrEnum

from marshmallow import validate

from schemas.calls import DEFAULT_LIMIT, LARGEST_LIMIT
from schemas.fields import Boolean, DateTime, Integer, ObjectField, Text, TextList
from schemas.shapes import Input, Output

HOOK = "hook_5f0c1e7a9b3d4c2e8f6a7b8c9d0e1f2a"  # an example


class State(StrEnum):
    """How a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    PARKED = "parked"


class WhichHook(Input):
    """A hook."""

    id = Text(
        "ID",
        "The hook, by the `id` that subscribing answered.",
        example=HOOK,
        required=True,
        metadata={"pattern": "^hook_[0-9a-f]{32}$"},
    )


class Target(Input):
    """Where to send events."""

    target_url = Text(
        "Target URL",
        "Where to POST each event: an https address that is reachable from the internet.",
        example="https://hooks.example.com/catch/123",
        required=True,
    )


def subscribe_call(triggers: Sequence[str]) -> type[Input]:
    """Make the schema of subscribing to any of these triggers, by their keys."""

    class Subscribe(Target):
        """Which events to send, and where."""

        trigger = Text(
            "Trigger",
            "The key of the trigger whose events to send.",
            example=next(iter(triggers), None),
            choices=triggers,
            required=True,
        )
        filters = ObjectField(
            "Filters",
            "Only events that fit, by the trigger's own fields and `shop`. Empty: all.",
            example={"shop": "demo.myshopify.com"},
        )
        ordered = Boolean(
            "Ordered",
            "Yes: an event is sent only when the one before it has arrived or was given up."
            " No: one that fails holds up no other.",
            example=False,
            load_default=False,
        )

    return Subscribe


class Hook(Output):
    """A subscription to a trigger's events."""

    id = Text("ID", "The hook.", example=HOOK, allow_none=False)
    trigger = Text("Trigger", "The trigger whose events are sent.", example="refund_requested")
    target_url = Text(
        "Target URL",
        "Where each event is POSTed; of another token's hook, without its path.",
        example="https://hooks.example.com/catch/123",
    )
    filters = ObjectField(
        "Filters", "Only events that fit are sent.", example={"shop": "demo.myshopify.com"}
    )
    warnings = TextList(
        "Warnings",
        "Which words of a filter are not known, though they were taken, and what is known.",
        example=[],
    )
    ordered = Boolean("Ordered", "Whether events are sent one after the other.", example=False)
    created_at = DateTime(
        "Created At", "Events since then are sent.", example="2026-02-04T09:08:06Z"
    )
    rests_since = DateTime(
        "Rests Since",
        "Since when nothing is sent and nothing read for it, as the target answered 404 or nothing"
        " for three days; null: it does not rest. Mend the target, then wake or test the hook.",
        example=None,
    )
    waiting = Integer("Waiting", "Events that are still to arrive.", example=0)
    parked = Integer(
        "Parked",
        "Events that were given up after two days, or while it rested; they can be replayed.",
        example=0,
    )


class HookWithSecret(Hook):
    """A subscription, with what its deliveries are signed with."""

    secret = Text(
        "Secret",
        "What signs the deliveries, by Standard Webhooks. It is shown only here, and again where"
        " the same token subscribes to the same.",
        example="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        allow_none=False,
    )


class Tested(Output):
    """What the target said to a test."""

    webhook_id = Text(
        "Webhook ID", "The webhook-id header that was sent.", example="msg_test_2b1e8a40"
    )
    delivered = Boolean("Delivered", "Whether the target took it.", example=True)
    status = Integer("Status", "The HTTP status that the target answered.", example=200)
    failure = Text("Failure", "Why it did not arrive.", example="timed out")


class DeliveriesCall(Input):
    """Which deliveries to list."""

    state = Text(
        "State",
        "Only deliveries in this state. Empty: all.",
        example="parked",
        choices=tuple(each.value for each in State),
    )
    limit = Integer(
        "Limit",
        f"How many at most. Empty: {DEFAULT_LIMIT}.",
        example=DEFAULT_LIMIT,
        validate=validate.Range(min=1, max=LARGEST_LIMIT),
        load_default=DEFAULT_LIMIT,
    )


class Delivery(Output):
    """One event on its way to one hook."""

    id = Text("ID", "The delivery: give it to replay.", example="4711", allow_none=False)
    webhook_id = Text(
        "Webhook ID",
        "The webhook-id header: the same at each try, and when it is replayed.",
        example="msg_6d1f0a2b3c4e5d6f7a8b9c0d1e2f3a4b",
    )
    event_id = Text("Event ID", "The `id` of the event.", example="rma:10030552:created")
    state = Text(
        "State",
        "waiting for its next try; delivered; or parked, which is given up until it is replayed.",
        example="delivered",
    )
    tries = Integer("Tries", "How often it was sent.", example=1)
    status = Integer("Status", "The HTTP status of the last try.", example=200)
    failure = Text("Failure", "Why the last try failed.", example="answered 500")
    first_tried_at = DateTime(
        "First Tried At", "When it was first sent.", example="2026-02-04T09:08:31Z"
    )
    due_at = DateTime(
        "Due At", "When it is sent next, if it waits.", example="2026-02-04T09:08:36Z"
    )
    settled_at = DateTime(
        "Settled At", "When it arrived or was given up.", example="2026-02-04T09:08:31Z"
    )


class ReplayCall(Input):
    """Which deliveries to send again: those that are named, or all that are parked."""

    deliveries = TextList(
        "Deliveries",
        "Deliveries by their `id`, parked or delivered.",
        example=["4711"],
        validate=validate.Length(max=LARGEST_LIMIT),
    )
    state = Text(
        "State", "parked: all that were given up.", example="parked", choices=(State.PARKED.value,)
    )


class ReplayCount(Output):
    """What is sent again."""

    replayed = Integer("Replayed", "How many deliveries are sent again.", example=1)
