"""What every trigger, action and search takes and answers beside its own fields."""

from marshmallow import validate

from schemas.fields import Anything, Boolean, DateTime, Integer, Name, Text
from schemas.shapes import Input, Output

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 1000
DEFAULT_FOUND = 10
LARGEST_FOUND = 100
LONGEST_KEY = 255
LAST_PLACE = 2**63 - 1  # in a log
# What is empty is absent. Where nobody can know a value that will do, tools would make one up.
ABSENT = ""
# What a client sets for itself, and no person in a form.
PLUMBING = frozenset({"after", "before", "limit", "raw"})


class EventsCall(Input):
    """What everything takes that answers a trigger's events."""

    shop = Text(
        "Shop",
        "Only this shop's events. Empty: those of all shops of the connection.",
        example="demo.myshopify.com",
        choices_from="shops",
    )
    raw = Boolean(
        "Raw",
        "Adds, under `raw`, what ReturnGO sent.",
        example=False,
        load_default=False,
    )


class TriggerCall(EventsCall):
    """What every trigger takes of a client that looks at what is newest."""

    limit = Integer(
        "Limit",
        f"How many events at most. Empty: {DEFAULT_LIMIT}, or all of the last six hours if those"
        " are more.",
        example=DEFAULT_LIMIT,
        validate=validate.Range(min=1, max=LARGEST_LIMIT),
    )
    after = Text(
        "After",
        "The `id` of an event that was seen: answers only what was recorded later, oldest first.",
        example=ABSENT,
    )
    before = Text(
        "Before",
        "The `id` of an event: answers only what was recorded earlier, newest first.",
        example=ABSENT,
    )


class BatchCall(EventsCall):
    """What every trigger takes of a client that walks from one answer's Location to the next."""

    limit = Integer(
        "Limit",
        "How many events at most.",
        example=DEFAULT_LIMIT,
        validate=validate.Range(min=1, max=LARGEST_LIMIT),
        load_default=DEFAULT_LIMIT,
    )
    after = Integer(
        "After",
        "A place in the log, as the `Location` of an earlier answer has it. Empty: now.",
        example=0,
        validate=validate.Range(min=0, max=LAST_PLACE),
    )


def event_id(example: str) -> Text:
    """Declare the id of an event, which looks like the example where a trigger tells it."""
    return Text(
        "ID",
        "This event's own ID; it never changes. Map it to the Idempotency Key of an action.",
        example=example,
        allow_none=False,
    )


class EventFields(Output):
    """What every trigger answers beside the thing itself."""

    id = event_id("rma:10030552:created")
    occurred_at = DateTime(
        "Occurred At",
        "When this happened, by ReturnGO's clock; null where it does not tell.",
        example="2026-02-04T09:08:06Z",
    )
    recorded_at = DateTime(
        "Recorded At",
        "When the bridge had the whole event.",
        example="2026-02-04T09:08:31Z",
        allow_none=False,
    )
    details_read_at = DateTime(
        "Details Read At",
        "When the bridge read the details of the return that are shown: before Recorded At, where"
        " they were known already.",
        example="2026-02-04T09:08:31Z",
        source="read_at",
    )
    shop = Text(
        "Shop",
        "The shop of this event. Map it to the Shop of an action.",
        example="demo.myshopify.com",
        allow_none=False,
    )
    raw = Anything(
        "Raw",
        "The document behind this, in ReturnGO's own words, if `raw=true` asked for it.",
        source="body",
    )


class ActionCall(Input):
    """What every action takes."""

    shop = Text(
        "Shop",
        "The shop to do this in: map the Shop of the trigger. Empty: the connection's first shop.",
        example="demo.myshopify.com",
        choices_from="shops",
    )
    idempotency_key = Name(
        "Idempotency Key",
        "Map the trigger's ID: it stays the same when a step is repeated, so the action is done"
        " once. The Idempotency-Key header does the same.",
        example="6070096:Requested:2026-02-04T09:08:06Z",
        validate=validate.Length(min=1, max=LONGEST_KEY),
    )
    raw = Boolean(
        "Raw",
        "Adds, under `raw`, what ReturnGO sent.",
        example=False,
        load_default=False,
    )


class SearchCall(Input):
    """What every search takes."""

    shop = Text(
        "Shop",
        "The shop to look in. Empty: the connection's first shop.",
        example="demo.myshopify.com",
        choices_from="shops",
    )
    limit = Integer(
        "Limit",
        "How many to find at most.",
        example=DEFAULT_FOUND,
        validate=validate.Range(min=1, max=LARGEST_FOUND),
        load_default=DEFAULT_FOUND,
    )
    raw = Boolean(
        "Raw",
        "Adds, under `raw`, what ReturnGO sent.",
        example=False,
        load_default=False,
    )


class KnownSearchCall(Input):
    """What every search takes that is answered from what the bridge knows."""

    shop = Text(
        "Shop",
        "Only this shop. Empty: all shops of the connection.",
        example="demo.myshopify.com",
        choices_from="shops",
    )
    limit = Integer(
        "Limit",
        "How many rows at most.",
        example=LARGEST_FOUND,
        validate=validate.Range(min=1, max=LARGEST_FOUND),
        load_default=LARGEST_FOUND,
    )


class ChoiceCall(Input):
    """What every choice takes."""

    shop = Text(
        "Shop",
        "The shop to look in. Empty: the connection's first shop.",
        example="demo.myshopify.com",
        choices_from="shops",
    )


class KnownAnswerFields(Output):
    """What every search answers beside the thing itself."""

    shop = Text("Shop", "The shop of this.", example="demo.myshopify.com", allow_none=False)


class AnswerFields(KnownAnswerFields):
    """What every action answers, and every search that asks ReturnGO, beside the thing itself."""

    raw = Anything(
        "Raw",
        "The document behind this, in ReturnGO's own words, if `raw=true` asked for it.",
    )
