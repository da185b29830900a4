"""How ReturnGO's gateway speaks: of wrong shops, of limits, of time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus

from connector.doctor.evidence import Evidence
from connector.doctor.told import Told, cannot_tell, false, true
from connector.returngo import KeyRefused, Refused, ShopRefused
from schemas.reading import read_moment, rows

NOBODYS_SHOP = "no-such-shop.example.com"
CLOCKS_APART = timedelta(minutes=5)


def gateway_words(evidence: Evidence) -> Told:
    """Ask in a shop that is nobody's: the refusal must not read as one of the key."""
    try:
        evidence.ask("/rmas", size=1, shop=NOBODYS_SHOP)
    except ShopRefused:
        return true("A shop that is nobody's is refused in other words than a key.")
    except KeyRefused:
        return false(
            "A shop that is nobody's is refused in the words for a wrong key.",
            "Where the bridge says that the key is not known, check the shop's name, too.",
        )
    except Refused:
        return cannot_tell("A shop that is nobody's is refused in another way.")
    return cannot_tell("A shop that is nobody's is not refused.")


def no_retry_after(evidence: Evidence) -> Told:
    """Look whether a refusal for pace, if there was one, says when to come back."""
    refused = evidence.watched.statuses[HTTPStatus.TOO_MANY_REQUESTS]
    if not refused:
        return cannot_tell("No call was refused for pace, and doctor does not provoke it.")
    if evidence.watched.refused_with_date_to_return:
        return false(
            "A refusal for pace says when to come back (Retry-After).",
            "Tell the maintainers: the bridge could come back sooner.",
        )
    return true(f"{refused} refusals for pace do not say when to come back.")


def no_rate_headers(evidence: Evidence) -> Told:
    """Look for headers that tell what is left of the limits."""
    _ = evidence.newest_rmas
    names = evidence.watched.rate_headers()
    if names:
        return false(
            f"Answers have headers that speak of limits: {', '.join(names)}.",
            "Tell the maintainers: the bridge could read from them what is left.",
        )
    return true(f"No header of {evidence.watched.made} answers speaks of limits.")


def date_header(evidence: Evidence) -> Told:
    """Compare the newest stamp with the `Date` of the answer that showed it."""
    newest = max(_stamps(evidence), default=None)
    if newest is None or evidence.date is None:
        return cannot_tell("Nothing is stamped, or answers have no Date.")
    ahead = newest - evidence.date
    if ahead > CLOCKS_APART:
        return false(
            f"Something is stamped {round(ahead.total_seconds())} s after the Date of its answer.",
            "Tell the maintainers: updates are stamped by another clock.",
        )
    if -ahead > CLOCKS_APART:
        return cannot_tell("Nothing happened in the last five minutes; no stamp is ahead.")
    return true("What has just happened is stamped by the clock of the answers.")


def _stamps(evidence: Evidence) -> Iterator[datetime]:
    listed_rows = [event for row in evidence.newest_rmas for event in rows(row, "events")]
    values = [
        *(event.get("eventDate") for event in listed_rows),
        *(each.get("lastUpdated") for each in (*evidence.transactions, *evidence.details)),
    ]
    yield from (moment for each in values if (moment := read_moment(each)) is not None)
