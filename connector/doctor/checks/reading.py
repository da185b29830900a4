"""The reading of lists: how old each is, when it is read next, and why then."""

from collections.abc import Iterator

from connector.doctor.check import Check
from connector.doctor.setup import Setup
from connector.store import StoreUnavailable


def check_reading(setup: Setup) -> Iterator[Check]:
    """Tell of each list that is asked for when it is read next."""
    if setup.connection is None:
        return
    try:
        plan = setup.plan(setup.connection)
    except StoreUnavailable as error:
        yield Check.not_seen("reading", f"The database would tell, but {error}.")
        return
    for each in plan:
        read = "never read" if each.read_at is None else f"read at {each.read_at:%H:%M:%S} UTC"
        due = "at the next poll"
        if each.due_at is not None:
            due = f"by the first poll after {each.due_at:%H:%M:%S} UTC"
        yield Check.ok(
            "reading", f"{each.resource} of {each.shop}: {read}, next {due}. {each.reason}"
        )
