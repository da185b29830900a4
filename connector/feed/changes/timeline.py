"""The timeline of an RMA: its comments date a change of status that no event names.

ReturnGO writes what it does in English sentences with one bold word. They are good for dating what
a comparison has found, and no contract for finding anything: [A] timeline-words.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from connector.feed.changes.change import Details
from schemas.reading import read_moment, rows

# What a comment may say of an RMA that came into a status; by itself, the status in capitals.
STATUS_WORDS = {"Pending": ("REOPENED",), "Approved": ("APPROVED", "REOPENED")}
SYSTEM = "system"
BOLD = re.compile(r"<(?:b|strong)\b[^>]*>\s*([^<]*?)\s*</", re.IGNORECASE)


def times_of(details: Details, status: str | None) -> Iterator[datetime]:
    """Go through the times at which the timeline says that an RMA came into a status, last first.

    In a comment's own seconds, by ReturnGO's clock.
    """
    if status is None:
        return
    words = STATUS_WORDS.get(status, (status.upper(),))
    found = [
        when
        for comment in rows(details, "comments")
        if comment.get("commentType") == SYSTEM
        and set(words) & {word.upper() for word in BOLD.findall(str(comment.get("htmlText")))}
        and (when := read_moment(comment.get("datetime"))) is not None
    ]
    yield from sorted(found, reverse=True)
