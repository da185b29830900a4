"""Assumptions: what an examination has found not to hold of ReturnGO."""

from connector.doctor.check import Check
from connector.doctor.setup import Setup
from connector.findings import UPDATED_FILTER_SEES_ALL, Findings
from connector.store import StoreUnavailable

NAME = "assumptions"
# The bridge goes by it either way: false only costs more calls.
EITHER_WAY = {UPDATED_FILTER_SEES_ALL}


def check_assumptions(setup: Setup) -> Check:
    """Check that nothing of what is assumed of ReturnGO was found false with this key."""
    if setup.connection is None:
        return Check.ok(NAME, "Without a connection none was looked at.")
    try:
        false = Findings(setup.store).false(setup.connection.key_id)
    except StoreUnavailable as error:
        return Check.not_seen(NAME, f"The database would tell, but {error}.")
    named = ", ".join(name for name in false if name not in EITHER_WAY)
    if not named:
        return Check.ok(NAME, "None was found false.")
    return Check.to_mend(
        NAME,
        f"ReturnGO does not behave as assumed: {named}.",
        "Read in docs/assumptions.md what rests on it, and report it to the maintainers.",
    )
