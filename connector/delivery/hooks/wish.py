"""A wish: what is asked for by subscribing, and whether a hook is what was asked for already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.delivery.hooks.subscription import Subscription


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a hook is to be: `owner` is the token's id, `idempotency_key` the request's, if any."""

    trigger: str
    shop: str | None
    filters: Mapping[str, Any] = field(repr=False)
    host: str
    target_url: str = field(repr=False)
    is_ordered: bool
    owner: str | None
    idempotency_key: str | None = field(default=None, repr=False)

    def differing(self, hook: Subscription) -> tuple[str, ...]:
        """Return the names of the fields, as callers send them, in which a hook is another."""
        pairs = {
            "trigger": (self.trigger, hook.trigger),
            "target_url": (self.target_url, hook.target_url),
            "filters": ((self.shop, dict(self.filters)), (hook.shop, dict(hook.filters))),
            "ordered": (self.is_ordered, hook.is_ordered),
        }
        return tuple(name for name, (one, other) in pairs.items() if one != other)
