"""Why a reading of ReturnGO failed, as it is noted with the stream."""

from enum import StrEnum

from connector.returngo import DayQuotaReached, KeyRefused, ShopRefused


class Failure(StrEnum):
    """Why the last reading of a stream failed."""

    KEY_REFUSED = "key refused"
    SHOP_REFUSED = "shop refused"
    QUOTA = "quota"
    UNAVAILABLE = "unavailable"

    @classmethod
    def of(cls, error: Exception) -> "Failure":
        """Choose what an error amounts to."""
        match error:
            case KeyRefused():
                return cls.KEY_REFUSED
            case ShopRefused():
                return cls.SHOP_REFUSED
            case DayQuotaReached():
                return cls.QUOTA
            case _:
                return cls.UNAVAILABLE
