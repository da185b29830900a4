"""What every trigger and action takes and answers beside its own fields."""

from marshmallow import validate

from schemas.fields import Anything, Flag, Moment, Text, Whole
from schemas.shapes import Input, Output, Query

LARGEST_LIMIT = 1000
LONGEST_KEY = 255


class TriggerCall(Query):
    """What every trigger takes."""

    shop = Text(
        "Shop",
        "Only this shop's events. Empty: those of all shops of the connection.",
        example="demo.myshopify.com",
        metadata={"x-choices": "shops"},
    )
    limit = Whole(
        "Limit",
        "How many events at most. Empty: 100, or all of the last hours if those are more.",
        example=100,
        validate=validate.Range(min=1, max=LARGEST_LIMIT),
    )
    after = Text(
        "After",
        "The `id` of an event that was seen: answers only what was recorded later, oldest first.",
    )
    before = Text(
        "Before",
        "The `id` of an event: answers only what was recorded earlier, newest first.",
    )
    raw = Flag(
        "Raw",
        "Adds, under `raw`, what ReturnGO sent.",
        example=False,
        load_default=False,
    )


class EventFields(Output):
    """What every trigger answers beside the thing itself."""

    id = Text(
        "ID",
        "The event: unique and always the same, for telling new from seen.",
        example="10030552:created",
        allow_none=False,
    )
    occurred_at = Moment(
        "Occurred At", "When it happened, by ReturnGO's clock.", example="2026-02-04T09:08:06Z"
    )
    recorded_at = Moment(
        "Recorded At",
        "When the bridge had it complete.",
        example="2026-02-04T09:08:31Z",
        allow_none=False,
    )
    shop = Text("Shop", "Where it happened.", example="demo.myshopify.com", allow_none=False)
    raw = Anything("Raw", "What ReturnGO sent, if `raw=true` asked for it.", source="body")


class ActionCall(Input):
    """What every action takes."""

    shop = Text(
        "Shop",
        "The shop that it is about. Empty: the first of the connection.",
        example="demo.myshopify.com",
        metadata={"x-choices": "shops"},
    )
    idempotency_key = Text(
        "Idempotency Key",
        "Map the trigger's ID: it stays the same when a step is repeated, so the action is done"
        " once. The Idempotency-Key header does the same.",
        example="6070096:Requested:2026-02-04T09:08:06Z",
        validate=validate.Length(min=1, max=LONGEST_KEY),
    )


class AnswerFields(Output):
    """What every action answers beside the thing itself."""

    shop = Text("Shop", "Where it was done.", example="demo.myshopify.com", allow_none=False)
