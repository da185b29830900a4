"""The end of a list: what the last page says of the next."""

from collections import Counter

from connector.doctor.evidence import Evidence
from connector.doctor.told import Told, cannot_tell, false, true
from connector.doctor.wording import counted


def last_page(evidence: Evidence) -> Told:
    """Look at the pages that were not full: each must be the last of its list."""
    _ = evidence.received_rmas, evidence.transactions
    ends = Counter(page.cursor for page in evidence.pages if page.rows < page.size)
    if not ends:
        return cannot_tell("Every page was full, so that none was known to be the last.")
    if ends["named"]:
        return false(
            f"{ends['named']} of {ends.total()} last pages name a next_cursor all the same.",
            "Tell the maintainers: a page that is not full can have another after it.",
        )
    return true(f"The next_cursor of {ends.total()} last pages: {counted(ends)}.")
