"""Events made by hand: what a trigger shows of them, and whether they are its own."""

from datetime import timedelta
from typing import Any

import app
from connector.blocks import Event
from tests.stand_ins import NOON


def event(trigger: str, body: dict[str, Any], **known: Any) -> Event:
    """Make an event of the kind that a trigger takes, in the status that it wants."""
    block = app.CATALOGUE.triggers[trigger]
    made = {
        "id": "1:made",
        "kind": block.takes,
        "shop": "demo.myshopify.com",
        "occurred_at": NOON,
        "recorded_at": NOON + timedelta(minutes=1),
        "body": body,
        "status": block.status,
    }
    return Event(**{**made, **known})


def shown_by(
    trigger: str, body: dict[str, Any], filters: dict[str, Any] | None = None, **known: Any
) -> dict[str, Any] | None:
    """Return what a trigger shows of an event; None where it is not one that it tells."""
    block = app.CATALOGUE.triggers[trigger]
    shown = block.show_event(event(trigger, body, **known))
    return shown if block.admits(shown, filters or {}) else None
