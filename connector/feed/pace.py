"""How old the feed may grow before ReturnGO is asked again, given what is left of the day."""

from datetime import timedelta

from connector.budget import Balance


def freshness_target(balance: Balance, *, streams: int, shortest: timedelta) -> timedelta:
    """Answer the age at which a stream is to be read again.

    The calls left for reading are spread evenly over what is left of the day and over the
    `streams` that share them; never more often than `shortest`.
    """
    left = timedelta(seconds=balance.resets_in)
    if balance.for_background == 0:
        return left
    return max(shortest, left * streams / balance.for_background)
