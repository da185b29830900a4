"""ReturnGO's API: the only place from which the bridge calls it."""

from connector.returngo.answers import Rows
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
    Unavailable,
)
from connector.returngo.transport import Transport
from connector.returngo.upstream import Upstream

__all__ = [
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
    "Transport",
    "Unavailable",
    "Upstream",
]
