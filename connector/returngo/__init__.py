"""ReturnGO's API: the only place from which the bridge calls it."""

from connector.returngo.answers import Answer, Rows
from connector.returngo.client import ReturnGO
from connector.returngo.errors import (
    BadRequest,
    DayQuotaReached,
    KeyRefused,
    NotFound,
    QuotaReached,
    Refused,
    ReturnGOError,
    ShopRefused,
    Throttled,
    TimedOut,
    TokenQuotaReached,
    Unavailable,
    Undecided,
)
from connector.returngo.request_ids import collected_request_ids
from connector.returngo.transaction_owner import rmas_of
from connector.returngo.transport import Transport
from connector.returngo.upstream import Upstream

__all__ = [
    "Answer",
    "BadRequest",
    "DayQuotaReached",
    "KeyRefused",
    "NotFound",
    "QuotaReached",
    "Refused",
    "ReturnGO",
    "ReturnGOError",
    "Rows",
    "ShopRefused",
    "Throttled",
    "TimedOut",
    "TokenQuotaReached",
    "Transport",
    "Unavailable",
    "Undecided",
    "Upstream",
    "collected_request_ids",
    "rmas_of",
]
