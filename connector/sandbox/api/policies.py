"""Which policies a return may use, and creating one by them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, g
from werkzeug.exceptions import BadRequest, NotFound

from connector.sandbox.exact_json import Json
from connector.sandbox.gateway.calls import wrote
from connector.sandbox.messages import answer, body_object, numeric_id, required_text
from connector.sandbox.simulation import Simulation
from connector.sandbox.world import samples
from connector.sandbox.world.models import Line, Order
from connector.sandbox.world.world import World


@dataclass(frozen=True)
class Policy:
    """A rule of the shop: how long after the order which return is offered."""

    id: str
    name: str
    days: int
    resolution: str
    method: tuple[str, str]

    def body(self) -> Json:
        """Show the policy."""
        return {
            "policyId": self.id,
            "policyRuleName": self.name,
            "resolutionType": self.resolution,
            "resolutionName": samples.RESOLUTION_NAMES[self.resolution],
            "returnMethod": {"type": self.method[0], "name": self.method[1]},
        }


COURIER, LABEL, STORE, _ = samples.RETURN_METHODS
POLICIES = (
    Policy("1101", "Standard returns", 30, "RefundToPaymentMethod", COURIER),
    Policy("1102", "Store credit for longer", 60, "RefundToStoreCredit", COURIER),
    Policy("1103", "Another size", 60, "InstantVariantExchange", LABEL),
    Policy("1104", "Gift card in the shop", 90, "RefundToGiftCard", STORE),
)


def policy_routes(sim: Simulation) -> Blueprint:
    """Return the routes of ReturnGO's two calls for creating a return."""
    routes = Blueprint("policies", __name__)

    # [A] Bodies and answers of both calls: `{orderId, items: [{shopLineItemId, …}]}`, where
    # createByPolicy wants `policyId` and allows `returnReason` for each item.

    @routes.post("/rma/getEligiblePolicies")
    def eligible_policies() -> Response:
        """POST /rma/getEligiblePolicies."""
        order, asked = _asked(sim.world, g.shop, body_object())
        now = sim.clock.second()
        items = [
            {
                "shopLineItemId": str(line.id),
                "policies": [each.body() for each in eligible(sim.world, order, line, now)],
            }
            for line, _ in asked
        ]
        return answer({"items": items})

    @routes.post("/rma/createByPolicy")
    def create_by_policy() -> Response:
        """POST /rma/createByPolicy."""
        order, asked = _asked(sim.world, g.shop, body_object())
        now = sim.clock.second()
        chosen = set()
        for line, item in asked:
            wanted = required_text(item, "policyId")
            offered = {each.id: each for each in eligible(sim.world, order, line, now)}
            if wanted not in offered:
                raise BadRequest(f"Policy {wanted} is not eligible for item {line.id}")
            chosen.add(offered[wanted])
        # [A] One return takes one policy: the combinations that ReturnGO refuses are not known.
        if len(chosen) != 1:
            raise BadRequest("These policies cannot be combined in one RMA")
        policy = chosen.pop()
        reason = asked[0][1].get("returnReason")
        rma = sim.inventor.rma(
            order,
            now,
            lines=tuple(line for line, _ in asked),
            resolutions=(policy.resolution,),
            method=policy.method,
            policy=policy.name,
            reason=reason if isinstance(reason, str) else None,
            via="API",
        )
        wrote()
        # [A] "The new RMA" is named and no more.
        return answer({"rmaId": str(rma.id)})

    return routes


def eligible(world: World, order: Order, line: Line, now: datetime) -> list[Policy]:
    """Return the policies for a line: none when it is being returned, or was."""
    returned = any(
        line.id in rma.line_ids and rma.status not in ("Rejected", "Canceled")
        for rma in world.rmas.values()
    )
    if returned:
        return []
    age = now - order.created_at
    return [each for each in POLICIES if age <= timedelta(days=each.days)]


def _asked(world: World, shop: str, body: Json) -> tuple[Order, list[tuple[Line, Json]]]:
    order = world.orders.get(numeric_id(required_text(body, "orderId")))
    if order is None or order.shop != shop:
        raise NotFound("Order not found")
    lines = {str(line.id): line for line in order.lines}
    items = body.get("items")
    if not isinstance(items, list) or not items:
        raise BadRequest("items is required")
    asked: dict[int, tuple[Line, Json]] = {}
    for item in items:
        if not isinstance(item, dict) or item.get("shopLineItemId") not in list(lines):
            raise BadRequest("Unknown shopLineItemId")
        line = lines[item["shopLineItemId"]]
        if line.id in asked:
            raise BadRequest("An item is named twice")
        asked[line.id] = (line, item)
    return order, list(asked.values())
