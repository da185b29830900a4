"""The control calls about webhooks: how they are sent, which were, and sending any payload."""

from dataclasses import asdict, replace

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from connector.sandbox.control.options import LONG, MOST, Options
from connector.sandbox.exact_json import Json, dumps
from connector.sandbox.gateway.gate import DEFAULT_SHOP
from connector.sandbox.messages import DONE, answer
from connector.sandbox.outbound.payloads import SHAPES
from connector.sandbox.simulation import Simulation
from connector.sandbox.world.lifecycle import WEBHOOK_EVENTS
from connector.sandbox.world.models import Webhook
from connector.sandbox.world.samples import SHOPS

MOST_REPEATED = 100


def webhook_control_routes(sim: Simulation) -> Blueprint:
    """Return the routes for the deliveries of webhooks."""
    routes = Blueprint("webhook_control", __name__, url_prefix="/_sandbox/webhooks")

    @routes.post("")
    def set_behaviour() -> Response:
        """Change how webhooks are sent from now on; what is left out stays. Answer all of it."""
        options = Options("shape", "share", "repeat", "delay", "shuffle")
        given: Json = {
            "shape": options.text("shape", tuple(SHAPES)),
            "share": options.number("share", 0, 1),
            "repeat": options.integer("repeat", 1, MOST_REPEATED),
            "delay": options.number("delay", 0, LONG),
            "shuffle": options.number("shuffle", 0, LONG),
        }
        changes = {name: value for name, value in given.items() if value is not None}
        sim.deliveries.behaviour = replace(sim.deliveries.behaviour, **changes)
        return answer(asdict(sim.deliveries.behaviour))

    @routes.get("")
    def list_deliveries() -> Response:
        """List the deliveries in the order of their events, those that still wait too."""
        return answer(sim.deliveries.shown())

    @routes.delete("")
    def forget_deliveries() -> Response:
        """Forget the deliveries that have ended."""
        sim.deliveries.forget()
        return answer(DONE)

    @routes.post("/send")
    def send() -> Response:
        """Send any payload, at once, to what a shop registered for an event, or for all."""
        options = Options("shop", "event", "body", "count")
        shop = options.text("shop", SHOPS) or DEFAULT_SHOP
        event = options.text("event", WEBHOOK_EVENTS)
        count = options.integer("count", 1, MOST) or 1
        webhooks = _registered(sim, shop, event)
        if not webhooks:
            raise NotFound(f"{shop} has no webhook" + (f" for {event}" if event else ""))
        sent = [
            sim.deliveries.send(webhook, _text(options, webhook))
            for _ in range(count)
            for webhook in webhooks
        ]
        return answer([each.shown() for each in sent])

    return routes


def _registered(sim: Simulation, shop: str, event: str | None) -> list[Webhook]:
    """Return the registrations that fit, of those with the same address the oldest."""
    by_url: dict[str, Webhook] = {}
    for webhook in sim.world.webhooks.values():
        if webhook.shop == shop and event in (None, webhook.event_name):
            by_url.setdefault(webhook.url, webhook)
    return list(by_url.values())


def _text(options: Options, webhook: Webhook) -> str:
    body = options.given.get("body", {"eventName": webhook.event_name})
    return body if isinstance(body, str) else dumps(body)
