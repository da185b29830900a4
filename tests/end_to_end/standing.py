"""Returns that do not move: what a stay is tells only time, and no test can wait for a week."""

from datetime import UTC, datetime, timedelta

from tests.processes import SHOPS, Sandbox

DAYS = 7
EVERY = timedelta(seconds=10)
COUNT = 60


def leave_standing(sandbox: Sandbox, *shops: str) -> None:
    """Make returns of which one has stood `DAYS` days now, and one more after each `EVERY`.

    A bridge has to have met them before they are due: one that turns up later has come back, and
    its stay begins with that.
    """
    first = datetime.now(UTC) - timedelta(days=DAYS)
    for place in range(COUNT):
        then = (first + place * EVERY).isoformat(timespec="seconds")
        for shop in shops or SHOPS[:1]:
            made = {"status": "Approved", "created_at": then, "updated_at": then}
            sandbox.control("rmas", {"shop": shop, **made})
