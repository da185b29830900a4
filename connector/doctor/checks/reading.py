"""The reading of lists: how old each is, when it is read next, and why then."""

from collections.abc import Iterator

from connector.doctor.check import Check
from connector.doctor.setup import Setup
from connector.feed import Failure
from connector.store import StoreUnavailable

# What else can fail passes by itself.
MENDED_BY = {
    Failure.KEY_REFUSED: "Make a new key in ReturnGO (Settings > Integrations > API), and put it in"
    " the place of the old one.",
    Failure.SHOP_REFUSED: "Name the shop as ReturnGO does, at the top of its dashboard; or give"
    " the key of its owner.",
}


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
        if each.failure in MENDED_BY:
            yield Check.to_mend(
                "reading",
                f"{each.resource} of {each.shop} cannot be read: ReturnGO refuses the"
                f" {each.failure.value.partition(' ')[0]}.",
                MENDED_BY[each.failure],
                f"{each.resource} of {each.shop}",
            )
            continue
        read = "never read" if each.read_at is None else f"read at {each.read_at:%H:%M:%S} UTC"
        due = "at the next poll"
        if each.due_at is not None:
            due = f"by the first poll after {each.due_at:%H:%M:%S} UTC"
        yield Check.ok(
            "reading", f"{each.resource} of {each.shop}: {read}, next {due}. {each.reason}"
        )
