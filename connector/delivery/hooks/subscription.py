"""A subscription: who is told of which events, where, and what signs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class NoSuchHook(Exception):
    """The connection has no such hook."""


@dataclass(frozen=True)
class Secret:
    """What signs deliveries, `until` it has been replaced for long enough."""

    text: str = field(repr=False)
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """Somebody's wish to be told.

    Events of `trigger` in `shop` (None: in all of the connection's) that fit `filters` and have a
    number above `since_seq` go to `target_url`. `api_key` is there only where the caller brought a
    ReturnGO key: to read with it. `owner` is the id of the token that made it, if one did.
    """

    id: str
    connection: str
    trigger: str
    shop: str | None
    filters: Mapping[str, Any] = field(repr=False)
    host: str
    target_url: str = field(repr=False)
    secrets: tuple[Secret, ...]
    api_key: str | None = field(repr=False)
    is_ordered: bool
    since_seq: int
    created_at: datetime
    owner: str | None = None
    rests_since: datetime | None = None
    idempotency_key: str | None = field(default=None, repr=False)

    def signing(self, now: datetime) -> list[str]:
        """Return the secrets that sign now, the newest first."""
        return [each.text for each in self.secrets if each.until is None or each.until > now]


@dataclass(frozen=True)
class Subscribed:
    """What subscribing came to: a new hook, or the one that was asked for before."""

    hook: Subscription
    is_new: bool
