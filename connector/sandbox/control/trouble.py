"""The control calls that trouble and watch the sandbox: faults, calls, clock, limits, reset."""

from datetime import timedelta

from flask import Blueprint, Response
from werkzeug.exceptions import BadRequest

from connector.sandbox.control.options import LONG, Options
from connector.sandbox.gateway.faults import ACTIONS, AFTER_THE_WORK, Fault
from connector.sandbox.gateway.gate import DEFAULT_KEY, OWNERS
from connector.sandbox.messages import DONE, answer
from connector.sandbox.simulation import Simulation
from connector.sandbox.world.bodies import iso

METHODS = ("GET", "POST", "PUT", "DELETE")


def trouble_routes(sim: Simulation) -> Blueprint:
    """Return the routes for faults, the record of calls, the clock, the limits and the reset."""
    routes = Blueprint("trouble", __name__, url_prefix="/_sandbox")

    @routes.post("/faults")
    def add_fault() -> Response:
        """Let a fault stand; by itself the next call is answered 500."""
        fault = _fault(
            Options(
                *("kind", "status", "body", "seconds", "count", "share", "method", "path", "when")
            )
        )
        sim.faults.standing.append(fault)
        return answer(fault.shown())

    @routes.get("/faults")
    def list_faults() -> Response:
        """List the faults that stand."""
        return answer([fault.shown() for fault in sim.faults.standing])

    @routes.delete("/faults")
    def clear_faults() -> Response:
        """Clear the faults."""
        sim.faults.standing.clear()
        return answer(DONE)

    @routes.get("/calls")
    def list_calls() -> Response:
        """List every call to the API in the order of arrival."""
        return answer([call.body() for call in sim.calls])

    @routes.delete("/calls")
    def clear_calls() -> Response:
        """Forget the calls."""
        sim.calls.clear()
        return answer(DONE)

    @routes.post("/clock")
    def set_clock() -> Response:
        """Jump to `now` or by `advance` seconds, which may be negative; answer the time."""
        _set_clock(sim, Options("now", "advance"))
        return answer({"now": iso(sim.clock.second())})

    @routes.post("/limits")
    def set_limits() -> Response:
        """Change the limits of all keys, or the calls that one key has `used` today."""
        _set_limits(sim, Options("daily", "second", "used", "key"))
        return answer({"daily": sim.gate.daily, "second": sim.gate.second, "used": sim.gate.used()})

    @routes.post("/reset")
    def reset() -> Response:
        """Go back to the start: world, calls, webhooks, faults, limits and clock."""
        options = Options("seed", "empty")
        seed = options.integer("seed", 0, LONG)
        sim.reset(seed=seed, empty=options.flag("empty") if "empty" in options.given else None)
        return answer(
            {
                "now": iso(sim.clock.second()),
                "seed": sim.seed if seed is None else seed,
                "rmas": len(sim.world.rmas),
                "transactions": len(sim.world.transactions),
            }
        )

    return routes


def _fault(options: Options) -> Fault:
    kind = options.text("kind", tuple(ACTIONS)) or "status"
    share = options.number("share", 0, 1)
    when = options.text("when", ("before", "after")) or "before"
    status = options.integer("status", 200, 599)
    seconds = options.number("seconds", 0, LONG)
    # A share is of all calls, unless a count bounds it too.
    count = options.integer("count", 1, LONG) or (1 if share is None else None)
    return Fault(
        kind=kind,
        status=500 if status is None else status,
        body=options.given.get("body"),
        seconds=1 if seconds is None else seconds,
        count=count,
        share=1 if share is None else share,
        method=options.text("method", METHODS),
        path=options.text("path") or "/",
        when="after" if kind in AFTER_THE_WORK else when,
    )


def _set_clock(sim: Simulation, options: Options) -> None:
    instant = options.instant("now") or sim.clock.now()
    seconds = options.number("advance", -LONG, LONG) or 0
    try:
        sim.clock.set(instant + timedelta(seconds=seconds))
    except OverflowError:
        raise BadRequest("There is no such time") from None


def _set_limits(sim: Simulation, options: Options) -> None:
    daily, second = (options.integer(name, 0, LONG) for name in ("daily", "second"))
    used = options.integer("used", 0, LONG)
    key = options.text("key", tuple(OWNERS)) or DEFAULT_KEY
    if daily is not None:
        sim.gate.daily = daily
    if second is not None:
        sim.gate.second = second
    if used is not None:
        sim.gate.set_used(key, used)
