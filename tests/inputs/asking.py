"""Putting the corpus to a bridge, and what it answers, in short."""

import gzip
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import simplejson

from tests.inputs.corpus import CORPUS
from tests.inputs.requests import USED_KEYS
from tests.inputs.sent import Sent, act, get
from tests.inputs.wires import Wire
from tests.processes import SHOPS, TOKEN

LONGEST = 240  # characters of an answer that are shown
LONG_AGO = timedelta(days=30)
FIRST_POLLS = ("new_rma", "return_stuck")
WARNING = "Bridge-Warning"
REPLAYED = "Idempotency-Replayed"


def answers(wire: Wire, now: datetime) -> dict[str, list[str]]:
    """Return what a bridge answers to all of the corpus, by kind."""
    things = _things(wire, now)
    for key in USED_KEYS:
        body = f'{{"rma_id":"<rma>","idempotency_key":"{key}"}}'
        used = _put(wire, act("approve_rma", body), things)
        assert used.startswith("200"), used
    for trigger in FIRST_POLLS:
        assert _put(wire, get(f"/v1/triggers/{trigger}"), things).startswith("200")
    return {kind: [_put(wire, each, things) for each in corpus] for kind, corpus in CORPUS.items()}


def _things(wire: Wire, now: datetime) -> dict[str, str]:
    """Make what the corpus speaks of."""
    made = wire.control("rmas", shop=SHOPS[0], status="Approved")
    for status in ("Pending", "Received"):
        wire.control("rmas", shop=SHOPS[0], status=status)
    wire.control("rmas", shop=SHOPS[1], status="Pending")
    then = (now - LONG_AGO).isoformat()
    wire.control("rmas", shop=SHOPS[0], status="Approved", created_at=then, updated_at=then)
    order = wire.control("orders", shop=SHOPS[0], items=2)
    return {
        "<rma>": str(made["rmaSummary"]["rmaId"]),
        "<parcel>": str(made["shipments"][0]["shipmentId"]),
        "<order>": str(order["orderId"]),
        "<line>": str(order["items"][0]["shopLineItemId"]),
        "<other>": str(order["items"][1]["shopLineItemId"]),
        "<token>": TOKEN,
    }


def _put(wire: Wire, sent: Sent, things: Mapping[str, str]) -> str:
    """Send one of them, and say what came of it."""
    headers = dict(sent.headers)
    if sent.token is not None:
        headers["Authorization"] = _filled(sent.token, things)
    body = None if sent.body is None else _filled(sent.body, things).encode(sent.encoding)
    if body is not None and sent.packed:
        body = gzip.compress(body, mtime=0)
    if body is not None and sent.media is not None:
        headers["Content-Type"] = sent.media
    status, text, answered = wire.send(sent.method, _filled(sent.path, things), body, headers)
    told = f"{status} {' '.join(_said(sent, status, text, answered))}".strip()
    for name, value in things.items():
        told = told.replace(value, name)
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}…"


def _said(sent: Sent, status: int, text: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    if not headers.get("Content-Type", "").endswith("json"):
        yield urlsplit(headers.get("Location", "")).path
        return
    document = simplejson.loads(text)
    if status >= HTTPStatus.BAD_REQUEST:
        yield str(document["detail"])
        return
    if sent.shows is not None:
        found = sorted({simplejson.dumps(each) for each in _values(document, sent.shows)})
        yield f"{sent.shows}: {', '.join(found) or 'none'}"
    if WARNING in headers:
        yield f"(warning: {headers[WARNING]})"
    if REPLAYED in headers:
        yield "(the answer of before)"


def _values(document: Any, path: str) -> Iterator[Any]:
    """Yield what stands at a path with points, in each thing of a list."""
    if isinstance(document, list) and path:
        for each in document:
            yield from _values(each, path)
    elif not path:
        yield document
    elif isinstance(document, dict):
        name, _, rest = path.partition(".")
        yield from _values(document.get(name), rest)


def _filled(text: str, things: Mapping[str, str]) -> str:
    for name, value in things.items():
        text = text.replace(name, value)
    return text
