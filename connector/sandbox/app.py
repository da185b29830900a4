"""The sandbox as a WSGI app: every call passes the gate, meets its faults and is recorded."""

import time
from base64 import b64encode
from datetime import datetime
from functools import cache
from typing import cast
from uuid import uuid4

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, HTTPException
from werkzeug.http import http_date
from werkzeug.local import LocalProxy

from connector.sandbox.api.policies import policy_routes
from connector.sandbox.api.rmas import rma_routes
from connector.sandbox.api.shipments import shipment_routes
from connector.sandbox.api.transactions import transaction_routes
from connector.sandbox.api.webhooks import webhook_routes
from connector.sandbox.clock import Clock, Source, machine_time
from connector.sandbox.control.rmas import rma_control_routes
from connector.sandbox.control.things import control_routes
from connector.sandbox.control.trouble import trouble_routes
from connector.sandbox.control.ways import way_control_routes
from connector.sandbox.control.webhooks import webhook_control_routes
from connector.sandbox.gateway.calls import current_call, open_call
from connector.sandbox.gateway.faults import act
from connector.sandbox.gateway.wire import Dropped, Pause, Reset
from connector.sandbox.messages import refusal
from connector.sandbox.outbound.deliveries import Ticks
from connector.sandbox.simulation import Simulation
from connector.sandbox.world.ways import Ways

CONTROL = "/_sandbox/"
ROUTES = (
    rma_routes,
    policy_routes,
    shipment_routes,
    transaction_routes,
    webhook_routes,
    rma_control_routes,
    control_routes,
    trouble_routes,
    way_control_routes,
    webhook_control_routes,
)


class SandboxApp(Flask):
    """A Flask app that answers one call at a time, as a database's transactions would."""

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(__name__, static_folder=None)
        self.simulation = simulation
        routed = _routed()
        self.url_map, self.view_functions = routed.url_map, routed.view_functions

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the route while nothing else changes the world."""
        with self.simulation.lock:
            self.simulation.world.settle(self.simulation.clock.now())
            return super().dispatch_request()


def create_app(
    *,
    seed: int = 1,
    now: Source = machine_time,
    start: datetime | None = None,
    daily_limit: int = 2000,
    second_limit: int = 5,
    gateway_forbidden: bool = False,
    empty: bool = False,
    pause: Pause = time.sleep,
    ticks: Ticks = time.monotonic,
    ways: Ways | None = None,
) -> SandboxApp:
    """Make a sandbox of its own: `now` is its time, `pause` how its slow faults wait.

    `ticks` are the seconds by which webhooks are delayed, `ways` how it behaves where ReturnGO's
    own behaviour is not known: unkindly, by itself.
    """
    clock = Clock(now, start)
    sim = Simulation(
        clock,
        seed,
        daily_limit,
        second_limit,
        gateway_forbidden,
        empty,
        ticks,
        ways or Ways(),
    )
    app = SandboxApp(sim)
    app.register_error_handler(HTTPException, _refuse)
    app.before_request(lambda: _receive(sim, pause))
    app.after_request(lambda response: _send(sim, response, pause))
    return app


@cache
def _routed() -> Flask:
    """Compile the routes, which takes longer than all else, once for all sandboxes of a process."""
    app = Flask(__name__, static_folder=None)
    # ReturnGO has no OPTIONS calls.
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    asked = cast("Simulation", LocalProxy(_simulation_asked))
    for routes in ROUTES:
        app.register_blueprint(routes(asked))
    return app


def _simulation_asked() -> Simulation:
    """Return the simulation of the sandbox that answers."""
    return cast("SandboxApp", current_app).simulation


def _receive(sim: Simulation, pause: Pause) -> Response | None:
    """Record the call, let it pass the gate and meet the faults that come before its work."""
    g.faults = []
    if request.path.startswith(CONTROL):
        return None
    with sim.lock:
        _admit(sim)
    for fault in g.faults:
        if fault.when == "before":
            response = act(fault, Response(), pause)
            if fault.kind != "delay":
                return response
    return None


def _admit(sim: Simulation) -> None:
    """Let the request through to its route with `g.shop`, or refuse it."""
    call = open_call(sim.clock.now(), request)
    sim.calls.append(call)
    # [A] A path or method that the gateway has no route for gets API Gateway's own answer.
    if request.routing_exception or request.method == "HEAD":
        raise Forbidden("Missing Authentication Token")
    key = sim.gate.check(call.key)
    g.faults = sim.faults.pick(request.method, request.path)
    call.fault = "+".join(fault.kind for fault in g.faults) or None
    if not any(fault.uncounted for fault in g.faults):
        sim.gate.count(key)
    # [A] A call for a wrong shop is counted: the gateway only knows keys.
    g.shop = sim.gate.shop_of(key, call.shop)


def _send(sim: Simulation, response: Response, pause: Pause) -> Response:
    """Let the faults that come after the work act, add the gateway's headers, end the record."""
    for fault in g.faults:
        if fault.when == "after":
            response = act(fault, response, pause)
    now = sim.clock.now()
    response.headers["Date"] = http_date(now)
    if not request.path.startswith(CONTROL):
        _sign(response, now)
        if not isinstance(response, Dropped | Reset):
            current_call().status = response.status_code
    return response


def _refuse(error: HTTPException) -> Response:
    return refusal(error.code or 500, error.description or error.name)


def _sign(response: Response, now: datetime) -> None:
    """Add the headers of AWS API Gateway."""
    trace = uuid4().hex
    response.headers["x-amzn-requestid"] = str(uuid4())
    response.headers["x-amz-apigw-id"] = b64encode(uuid4().bytes[:11]).decode()
    response.headers["x-amzn-trace-id"] = f"Root=1-{int(now.timestamp()):08x}-{trace[:24]}"
