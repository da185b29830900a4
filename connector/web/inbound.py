"""ReturnGO's webhooks: POST /v1/inbound/{secret}. The address alone says who may post."""

from http import HTTPStatus

import structlog
from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from connector.inbound import ADDRESS_PATH, read_payload
from connector.web.context import bridge
from connector.web.rendering import render
from connector.web.request_body import read_json

inbound = Blueprint("inbound", __name__)

log = structlog.get_logger()


@inbound.post(f"{ADDRESS_PATH}<secret>")
def hear(secret: str) -> Response:
    """Keep what the webhook hints at, and answer before anybody looks at it."""
    inbox = bridge().inboxes.find(secret)
    if inbox is None:
        raise NotFound
    payload = read_payload(read_json())
    if not payload.is_known:
        log.warning("inbound.unknown_event", shop=inbox.shop, event_name=payload.event_name)
    bridge().webhook_buffer.post(inbox, payload)
    return render({"status": "kept"}, HTTPStatus.ACCEPTED)
