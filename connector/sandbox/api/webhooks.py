"""The calls about webhooks: list, register, change, delete."""

from flask import Blueprint, Response, g

from connector.sandbox.gateway.calls import wrote
from connector.sandbox.messages import DONE, answer, body_object, numeric_id, required_text
from connector.sandbox.simulation import Simulation
from connector.sandbox.world.bodies import webhook_row


def webhook_routes(sim: Simulation) -> Blueprint:
    """Return the routes of ReturnGO's webhook calls."""
    routes = Blueprint("webhooks", __name__)

    def save(webhook_id: int | None) -> Response:
        body = body_object()
        # [A] Both keys are needed, for a change too, and the answer does not name the new id.
        url, event_name = required_text(body, "url"), required_text(body, "eventName")
        sim.world.save_webhook(g.shop, url, event_name, webhook_id)
        wrote()
        return answer(DONE)

    @routes.get("/webhooks")
    def list_webhooks() -> Response:
        """GET /webhooks, a bare list."""
        hooks = sim.world.webhooks.values()
        return answer([webhook_row(each) for each in hooks if each.shop == g.shop])

    @routes.post("/webhook")
    def post_webhook() -> Response:
        """POST /webhook."""
        return save(None)

    @routes.put("/webhook/<webhook_id>")
    def put_webhook(webhook_id: str) -> Response:
        """PUT /webhook/{webhookId}."""
        return save(sim.world.webhook(g.shop, numeric_id(webhook_id)).id)

    @routes.delete("/webhook/<webhook_id>")
    def delete_webhook(webhook_id: str) -> Response:
        """DELETE /webhook/{webhookId}."""
        webhook = sim.world.webhook(g.shop, numeric_id(webhook_id))
        del sim.world.webhooks[webhook.id]
        wrote()
        return answer(DONE)

    return routes
