"""Workflows to import into n8n: they need nothing but the nodes that every n8n has.

For each trigger one that asks every minute, and one that is told by a webhook. A webhook is only
a hint to ask at once: whoever guesses its address can make n8n look, and nothing more.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from connector.blocks import Trigger
from connector.export.form import FieldKind, FormField, about, answer, form
from connector.export.site import Site
from schemas.calls import LARGEST_LIMIT

Node = dict[str, Any]

SCHEDULE = "Every Minute"
WEBHOOK = "ReturnGO Tells"
POLL = "Ask the Bridge"
NEWS = "What Is News"
ONCE = "Each Once"
MANUAL = "Subscribe Once"
SUBSCRIBE_NODE = "Subscribe"
NOTE = "Read Me"
TARGET_NOTE = "PASTE THE PRODUCTION URL OF THE WEBHOOK HERE"
KEPT_IDS = 10_000  # ids that n8n remembers

# What was there at the first look is no news. By hand, everything is shown.
SINCE_START = """\
const events = $input.all().filter(({ json }) => json.id);
if ($execution.mode === 'test') return events;
const state = $getWorkflowStaticData('node');
state.known ??= events.map(({ json }) => json.id);
return events.filter(({ json }) => !state.known.includes(json.id)).reverse();
"""
# Anybody can send anything to a webhook: only what the bridge knows counts.
THE_ONE_TOLD = f"""\
const told = $('{WEBHOOK}').first().json.body.id;
return $input.all().filter(({{ json }}) => json.id === told);
"""
CONNECT = """\
## {label}
{about}

1. In each HTTP node choose a credential of the type **Header Auth**: \
name `Authorization`, value `Bearer` and the bridge's token.
2. Empty query fields don't filter.
3. Enable the action that you want, or add another node after *{once}*.
"""
SUBSCRIBE = """\
4. Copy the **production URL** of *{webhook}* into `target_url` of *{hook}*; \
activate the workflow; then run *{manual}* once by hand.
"""


def workflows(site: Site) -> dict[str, dict[str, Any]]:
    """Write each workflow, by its name."""
    return {
        f"{way}_{key}": workflow
        for key, trigger in site.catalogue.triggers.items()
        for way, workflow in (
            ("poll", _polling(site, trigger)),
            ("webhook", _told(site, trigger)),
        )
    }


def _polling(site: Site, trigger: Trigger) -> dict[str, Any]:
    every = {"rule": {"interval": [{"field": "minutes", "minutesInterval": 1}]}}
    first = _node(SCHEDULE, "scheduleTrigger", 1.2, every, 0)
    return _workflow(
        trigger, "every minute", [[first, *_chain(site, trigger, SINCE_START)]], site, ""
    )


def _told(site: Site, trigger: Trigger) -> dict[str, Any]:
    path = f"returngo-{trigger.key}"
    listening = {"httpMethod": "POST", "path": path, "responseMode": "onReceived", "options": {}}
    first = _node(WEBHOOK, "webhook", 2, listening, 0) | {"webhookId": path}
    body = {"trigger": trigger.key, "target_url": TARGET_NOTE}
    subscribe = [
        _node(MANUAL, "manualTrigger", 1, {}, 0, row=-2),
        _post(SUBSCRIBE_NODE, f"{site.public_url}/v1/hooks", body, 1, row=-2),
    ]
    more = SUBSCRIBE.format(webhook=WEBHOOK, hook=SUBSCRIBE_NODE, manual=MANUAL)
    return _workflow(
        trigger,
        "by webhook",
        [[first, *_chain(site, trigger, THE_ONE_TOLD)], subscribe],
        site,
        more,
    )


def _workflow(
    trigger: Trigger, way: str, chains: list[list[Node]], site: Site, more: str
) -> dict[str, Any]:
    actions = list(_actions(site, trigger))
    words = CONNECT.format(label=trigger.label, about=about(trigger), once=ONCE) + more
    note = _node(NOTE, "stickyNote", 1, {"content": words, "height": 360, "width": 520}, -3)
    links = {
        each["name"]: _link([follower]) for chain in chains for each, follower in pairwise(chain)
    }
    return {
        "name": f"ReturnGO: {trigger.label}, {way}",
        "nodes": [note, *(each for chain in chains for each in chain), *actions],
        "connections": {**links, ONCE: _link(actions)},
        "settings": {"executionOrder": "v1"},
        "active": False,
    }


def _link(to: Iterable[Node]) -> dict[str, Any]:
    return {"main": [[{"node": each["name"], "type": "main", "index": 0} for each in to]]}


def _chain(site: Site, trigger: Trigger, news: str) -> list[Node]:
    names = [field.name for field in form(site.catalogue, trigger)]
    query = {"limit": str(LARGEST_LIMIT), **dict.fromkeys(names, "")}
    asking = {
        "url": f"{site.public_url}/v1/triggers/{trigger.key}",
        **_AUTHENTICATION,
        "sendQuery": True,
        "queryParameters": _pairs(query),
        "options": {},
    }
    once = {
        "operation": "removeItemsSeenInPreviousExecutions",
        "logic": "removeItemsWithAlreadySeenKeyValues",
        "dedupeValue": "={{ $json.id }}",
        "options": {"historySize": KEPT_IDS},
    }
    return [
        # An empty answer is an item, too: what follows must know that there was a look.
        _node(POLL, "httpRequest", 4.2, asking, 1) | {"alwaysOutputData": True},
        _node(NEWS, "code", 2, {"jsCode": news}, 2),
        _node(ONCE, "removeDuplicates", 2, once, 3),
    ]


_AUTHENTICATION = {
    "authentication": "genericCredentialType",
    "genericAuthType": "httpHeaderAuth",
}


def _actions(site: Site, trigger: Trigger) -> Iterator[Node]:
    """Write each action that fits what the trigger tells; people enable what they want."""
    told = {field.name for field in answer(trigger)}
    actions = site.catalogue.actions
    forms = {key: form(site.catalogue, action) for key, action in actions.items()}
    fitting = [key for key, fields in forms.items() if _fits(fields, told)]
    for row, key in enumerate(fitting):
        body = {
            field.name: _given(field, told)
            for field in forms[key]
            if field.required or field.name in {"shop", "idempotency_key"}
        }
        url = f"{site.public_url}/v1/actions/{key}"
        yield _post(actions[key].label, url, body, 4, row) | {"disabled": True}


def _fits(fields: Iterable[FormField], told: set[str]) -> bool:
    things = {field.name for field in fields if field.required and _is_id(field)}
    return bool(things) and things <= told


def _is_id(field: FormField) -> bool:
    return field.choices_from is not None


def _given(field: FormField, told: set[str]) -> str:
    if field.name == "idempotency_key":
        return "={{ $json.id }}"
    if _is_id(field) and field.name in told:
        return f"={{{{ $json.{field.name} }}}}"
    if field.kind is FieldKind.TEXT:
        return str(field.example)
    return f"={{{{ {json.dumps(field.example)} }}}}"


def _post(name: str, url: str, body: dict[str, str], column: int, row: int = 0) -> Node:
    posting = {
        "method": "POST",
        "url": url,
        **_AUTHENTICATION,
        "sendBody": True,
        "bodyParameters": _pairs(body),
        "options": {},
    }
    return _node(name, "httpRequest", 4.2, posting, column, row)


def _pairs(values: dict[str, str]) -> dict[str, Any]:
    return {"parameters": [{"name": name, "value": value} for name, value in values.items()]}


def _node(
    name: str, kind: str, version: float, parameters: dict[str, Any], column: int, row: int = 0
) -> Node:
    return {
        "id": name.lower().replace(" ", "-"),
        "name": name,
        "type": f"n8n-nodes-base.{kind}",
        "typeVersion": version,
        "position": [column * 220, row * 180],
        "parameters": parameters,
    }
