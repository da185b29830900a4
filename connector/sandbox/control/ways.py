"""The control calls about the ways in which ReturnGO may behave."""

from flask import Blueprint, Response
from werkzeug.exceptions import BadRequest

from connector.sandbox.control.options import Options
from connector.sandbox.messages import answer
from connector.sandbox.simulation import Simulation
from connector.sandbox.world.ways import NAMES


def way_control_routes(sim: Simulation) -> Blueprint:
    """Return the routes that show and change the ways."""
    routes = Blueprint("way_control", __name__, url_prefix="/_sandbox")

    @routes.get("/ways")
    def show_ways() -> Response:
        """Show how this ReturnGO behaves where that is not known."""
        return answer(sim.ways.shown())

    @routes.post("/ways")
    def change_ways() -> Response:
        """Change how it behaves from now on; what is left out stays. Answer all of it."""
        try:
            sim.ways = sim.ways.changed(Options(*NAMES).given)
        except ValueError as error:
            raise BadRequest(str(error)) from None
        return answer(sim.ways.shown())

    return routes
