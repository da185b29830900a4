"""Triggers: polled, or instant by way of a webhook that the bridge calls."""

from connector.blocks import Catalogue, Trigger
from connector.export.form import form
from connector.export.make.app import Component, Sort
from connector.export.make.modules import module
from connector.export.make.names import CONNECTION, instant_id, trigger_id
from connector.export.make.parameters import asked, queried, sent
from schemas.calls import DEFAULT_LIMIT

LIMIT_FIELD = {
    "name": "limit",
    "label": "Limit",
    "type": "uinteger",
    "help": "How many events one run hands on at most. What is left comes with the next run.",
    "required": True,
    "default": DEFAULT_LIMIT,
}
# How many events "Choose where to start" lists: Make wants three pages at most.
MOST_TO_START_FROM = 3 * DEFAULT_LIMIT


def polling_trigger(catalogue: Catalogue, trigger: Trigger) -> Component:
    """Poll a trigger.

    Make remembers the newest date that it has seen, and the ids of that date: so the date is that
    of recording, which never runs backwards, and not ReturnGO's.
    """
    fields = form(catalogue, trigger)
    return module(
        trigger_id(trigger.key),
        trigger,
        "trigger",
        {
            "communication": {
                "url": f"/triggers/{trigger.key}",
                "method": "GET",
                "qs": queried(fields),
                "response": {
                    "iterate": "{{body}}",
                    "trigger": {
                        "type": "date",
                        "order": "desc",
                        "id": "{{item.id}}",
                        "date": "{{item.recorded_at}}",
                    },
                    "output": "{{item}}",
                    "limit": "{{parameters.limit}}",
                },
                "pagination": {
                    "qs": {"before": "{{iterate.container.last.id}}"},
                    "condition": f"{{{{length(body) >= {DEFAULT_LIMIT}}}}}",
                },
            },
            "epoch": {
                "response": {
                    "output": {
                        "label": "{{item.id}} ({{item.shop}})",
                        "date": "{{item.recorded_at}}",
                    },
                    "limit": MOST_TO_START_FROM,
                }
            },
            "staticParams": [*asked(fields), LIMIT_FIELD],
        },
    )


def instant_trigger(trigger: Trigger) -> Component:
    """Get a trigger's events at once: what arrives at the webhook is the event as it is."""
    return module(
        instant_id(trigger.key),
        trigger,
        "instant_trigger",
        {},
        label=f"{trigger.label} (Instant)",
        webhook=instant_id(trigger.key),
    )


def webhook(catalogue: Catalogue, trigger: Trigger) -> Component:
    """Have the bridge POST a trigger's events to an address of Make's, until it is detached."""
    fields = form(catalogue, trigger)
    return Component(
        sort=Sort.WEBHOOK,
        id=instant_id(trigger.key),
        about={"label": trigger.label, "connection": CONNECTION, "webhookType": "web"},
        codes={
            "communication": {"output": "{{body}}"},
            "params": asked(fields),
            "attach": {
                "url": "/hooks",
                "method": "POST",
                "body": {
                    "trigger": trigger.key,
                    "target_url": "{{webhook.url}}",
                    "filters": sent(fields),
                },
                "response": {"data": {"externalHookId": "{{body.id}}"}},
            },
            "detach": {"url": "/hooks/{{webhook.externalHookId}}", "method": "DELETE"},
        },
    )
