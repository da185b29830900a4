"""Workflows to import into n8n: they need nothing but the nodes that every n8n has.

For each trigger one that asks every minute, and one that is told by a webhook. A webhook is only
a hint to ask at once: guessing its address makes n8n look, and nothing more.

The first walks from the event that it handled last; the second keeps the ids of the last that it
was told of. Both remember only when all else has succeeded, so that a run that fails is made again.
Remove Duplicates would do neither: once its list of ids is full, it fails at every run.
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
PLACE = "Where We Are"
NEWS = "What Is News"
REMEMBER = "Remember"
MANUAL = "Subscribe Once"
SUBSCRIBE_NODE = "Subscribe"
NOTE = "Read Me"
TARGET_NOTE = "PASTE THE PRODUCTION URL OF THE WEBHOOK HERE"
KEPT_IDS = 1_000  # ids that n8n remembers; an event that comes again does so within two days

# By hand, the newest events are shown.
WHERE_WE_ARE = f"""\
if ($execution.mode === 'test') return [{{ json: {{ after: '', limit: {LARGEST_LIMIT} }} }}];
const {{ after }} = $getWorkflowStaticData('global');
return [{{ json: {{ after: after ?? '', limit: after === undefined ? 1 : {LARGEST_LIMIT} }} }}];
"""
# What was there at the first look is no news. With a place to go on from, the oldest comes first.
SINCE_THEN = """\
const events = $input.all().filter(({ json }) => json.id);
if ($execution.mode === 'test') return events;
const state = $getWorkflowStaticData('global');
if (state.after === undefined) {
  state.after = events[0]?.json.id ?? '';
  return [];
}
return state.after ? events : events.reverse();
"""
REMEMBER_PLACE = f"""\
$getWorkflowStaticData('global').after = $('{NEWS}').last().json.id;
return [];
"""
# Anybody can send anything to a webhook: only what the bridge knows counts.
THE_ONE_TOLD = f"""\
const told = $('{WEBHOOK}').first().json.body.id;
const {{ handled = [] }} = $getWorkflowStaticData('global');
return $input.all().filter(({{ json }}) => json.id === told && !handled.includes(told));
"""
REMEMBER_IT = f"""\
const state = $getWorkflowStaticData('global');
const {{ id }} = $('{NEWS}').first().json;
state.handled = [...(state.handled ?? []), id].slice(-{KEPT_IDS});
return [];
"""
CONNECT = """\
## {label}
{about}

1. In each HTTP node choose a credential of the type **Header Auth**: \
name `Authorization`, value `Bearer` and the bridge's token.
2. Empty query fields don't filter.
3. Enable the action that you want, or add another node after *{news}*, above *{remember}*: \
that runs last, so that a run that fails is made again.
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
    place = _code(PLACE, WHERE_WE_ARE, 1)
    asked = {"after": "={{ $json.after }}", "limit": "={{ $json.limit }}"}
    chain = [first, place, _ask(site, trigger, asked), _code(NEWS, SINCE_THEN, 3)]
    return _workflow(trigger, "every minute", [chain], site, "", REMEMBER_PLACE)


def _told(site: Site, trigger: Trigger) -> dict[str, Any]:
    path = f"returngo-{trigger.key}"
    listening = {"httpMethod": "POST", "path": path, "responseMode": "onReceived", "options": {}}
    first = _node(WEBHOOK, "webhook", 2, listening, 0) | {"webhookId": path}
    asked = {"limit": str(LARGEST_LIMIT)}
    chain = [first, _ask(site, trigger, asked), _code(NEWS, THE_ONE_TOLD, 3)]
    body = {"trigger": trigger.key, "target_url": TARGET_NOTE}
    subscribe = [
        _node(MANUAL, "manualTrigger", 1, {}, 0, row=-2),
        _post(SUBSCRIBE_NODE, f"{site.public_url}/v1/hooks", body, 1, row=-2),
    ]
    more = SUBSCRIBE.format(webhook=WEBHOOK, hook=SUBSCRIBE_NODE, manual=MANUAL)
    return _workflow(trigger, "by webhook", [chain, subscribe], site, more, REMEMBER_IT)


def _workflow(
    trigger: Trigger, way: str, chains: list[list[Node]], site: Site, more: str, remember: str
) -> dict[str, Any]:
    actions = list(_actions(site, trigger))
    # n8n runs what follows a node from the top down, and stops where something fails.
    last = _code(REMEMBER, remember, 4, row=len(actions) + 1)
    words = CONNECT.format(label=trigger.label, about=about(trigger), news=NEWS, remember=REMEMBER)
    words += more
    note = _node(NOTE, "stickyNote", 1, {"content": words, "height": 360, "width": 520}, -3)
    links = {
        each["name"]: _link([follower]) for chain in chains for each, follower in pairwise(chain)
    }
    return {
        "name": f"ReturnGO: {trigger.label}, {way}",
        "nodes": [note, *(each for chain in chains for each in chain), *actions, last],
        "connections": {**links, NEWS: _link([*actions, last])},
        "settings": {"executionOrder": "v1"},
        "active": False,
    }


def _link(to: Iterable[Node]) -> dict[str, Any]:
    return {"main": [[{"node": each["name"], "type": "main", "index": 0} for each in to]]}


def _ask(site: Site, trigger: Trigger, asked: dict[str, str]) -> Node:
    names = [field.name for field in form(site.catalogue, trigger)]
    asking = {
        "url": f"{site.public_url}/v1/triggers/{trigger.key}",
        **_AUTHENTICATION,
        "sendQuery": True,
        "queryParameters": _pairs({**asked, **dict.fromkeys(names, "")}),
        "options": {},
    }
    # An empty answer is an item, too: what follows must know that there was a look.
    return _node(POLL, "httpRequest", 4.2, asking, 2) | {"alwaysOutputData": True}


def _code(name: str, text: str, column: int, row: int = 0) -> Node:
    return _node(name, "code", 2, {"jsCode": text}, column, row)


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
