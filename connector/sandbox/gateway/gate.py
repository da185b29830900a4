"""What stands before the API: keys, shops and limits, as AWS API Gateway enforces them."""

from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from werkzeug.exceptions import Forbidden, TooManyRequests, Unauthorized

from connector.sandbox.clock import Clock

OWNERS: dict[str, tuple[str, ...]] = {
    "demo-key": ("demo.myshopify.com", "outlet.myshopify.com"),
    "other-key": ("other.myshopify.com",),
}
DEFAULT_KEY = "demo-key"
DEFAULT_SHOP = OWNERS[DEFAULT_KEY][0]
WINDOW = timedelta(seconds=1)


@dataclass
class _Usage:
    day: date
    used: int = 0
    recent: deque[datetime] = field(default_factory=deque)


class Gate:
    """Lets calls through or refuses them. Its caller holds the simulation's lock."""

    def __init__(self, clock: Clock, daily: int, second: int, *, forbidden: bool = False) -> None:
        self.daily = daily
        self.second = second
        self._clock = clock
        # [A] 401 is documented, but API Gateway by itself would answer 403.
        self._unknown_key = Forbidden("Forbidden") if forbidden else Unauthorized("Unauthorized")
        self._usage: dict[str, _Usage] = {}

    def check(self, key: str | None) -> str:
        """Return the key if it is known and has a call left; else refuse. Counts nothing."""
        if key not in OWNERS:
            raise self._unknown_key
        usage = self._used_by(key)
        # [A] The words are API Gateway's own; when both limits are exceeded, the quota's win.
        if usage.used >= self.daily:
            raise TooManyRequests("Limit Exceeded")
        if len(usage.recent) >= self.second:
            raise TooManyRequests("Too Many Requests")
        return key

    def count(self, key: str) -> None:
        """Count a call of this key against both limits."""
        usage = self._used_by(key)
        usage.used += 1
        usage.recent.append(self._clock.now())

    def shop_of(self, key: str, shop: str | None) -> str:
        """Return the shop, without the portal after an `@`, if the key's owner has it; else refuse.

        [A] Any portal of a store shows the same returns; an empty name is refused.
        """
        store, mark, portal = (shop or "").partition("@")
        if store not in OWNERS[key] or (mark and not portal):
            raise Forbidden("No such shop for this user")
        return store

    def set_used(self, key: str, used: int) -> None:
        """Set how many calls a key has made today."""
        self._used_by(key).used = used

    def used(self) -> dict[str, int]:
        """Return each key's count of today."""
        return {key: self._used_by(key).used for key in OWNERS}

    def _used_by(self, key: str) -> _Usage:
        now = self._clock.now()
        usage = self._usage.setdefault(key, _Usage(now.date()))
        # [A] A day is a calendar day in UTC, as API Gateway's is.
        if usage.day != now.date():
            usage.day, usage.used = now.date(), 0
        # The clock may have been set back: what lies ahead is not recent either.
        usage.recent = deque(at for at in usage.recent if now - WINDOW < at <= now)
        return usage
