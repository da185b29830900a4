"""What can go wrong at ReturnGO, sorted by what the caller can do about it.

ReturnGOError
├── Refused          asking again changes nothing
│   ├── BadRequest       400, 422: what was asked is not allowed
│   ├── KeyRefused       401, or API Gateway's own 403
│   ├── ShopRefused      403: the key does not own the shop
│   ├── NotFound         404
│   └── Undecided        an earlier try may have happened or not, and nobody can know
├── Unavailable      asking again later may help; a write may or may not have happened
│   └── TimedOut         it took longer than the call could wait
└── QuotaReached     429, or the bridge's own budget: nothing happened
    ├── Throttled          too many calls in this second
    ├── DayQuotaReached    too many calls in this day
    └── TokenQuotaReached  too many calls by one token, in this minute or day
"""


class ReturnGOError(Exception):
    """ReturnGO did not do what was asked. The message is a sentence for the user.

    `request_id` is ReturnGO's own, which it asks for in bug reports, where an answer came.
    """

    def __init__(self, message: str, *, request_id: str | None = None) -> None:
        super().__init__(message)
        self.request_id = request_id


class Refused(ReturnGOError):
    """ReturnGO said no; asking again changes nothing."""


class BadRequest(Refused):
    """What was asked is not allowed: an invalid id or transition. 400."""


class KeyRefused(Refused):
    """ReturnGO does not know the key. 401."""


class ShopRefused(Refused):
    """The key does not own the shop. 403."""


class NotFound(Refused):
    """ReturnGO has no such thing in this shop. 404."""


class Undecided(Refused):
    """Whether an earlier try happened cannot be known, and doing it again could do it twice.

    ReturnGO was not asked this time; somebody has to look.
    """


class Unavailable(ReturnGOError):
    """ReturnGO did not answer, or not with what it promises.

    A write may have happened all the same; what happened to it is unknown.
    """


class TimedOut(Unavailable):
    """ReturnGO took longer than the call could wait."""


class QuotaReached(ReturnGOError):
    """The key's calls are used up; nothing happened. `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: float, request_id: str | None = None) -> None:
        super().__init__(message, request_id=request_id)
        self.retry_after = retry_after


class Throttled(QuotaReached):
    """Too many calls in this second."""


class DayQuotaReached(QuotaReached):
    """Too many calls in this day."""


class TokenQuotaReached(QuotaReached):
    """Too many calls by one token, in this minute or day."""
