"""A connection: one ReturnGO key, and the shops that its holder may speak for."""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

from connector.budget import Allowance
from connector.connections.shop_spelling import plain_shop

BROUGHT = "key-"  # how the id of a connection begins whose key the caller brings


class ForeignShop(Exception):
    """The caller may not speak for this shop."""


@dataclass(frozen=True)
class Connection:
    """One ReturnGO key and the shops that its holder may speak for.

    `id` names the connection's log and idempotency keys. `brings_key` tells that the key is the
    caller's own, and not kept by the bridge; `is_narrowed`, that a token speaks for certain of
    the connection's shops only; `allowance`, how many calls that token may make.
    """

    id: str
    shops: tuple[str, ...]
    api_key: str = field(repr=False)
    label: str
    brings_key: bool = False
    is_narrowed: bool = False
    allowance: Allowance | None = None

    @cached_property
    def key_id(self) -> str:
        """A name of the ReturnGO key: the same for the same key, and no way back to it.

        It names the key in the budget.
        """
        return key_id_of(self.api_key)

    def shop(self, name: str | None) -> str:
        """Choose the one shop that a call is about; without a name, the connection's first.

        It may be written in any way that `plain_shop` reads. Raises ForeignShop.
        """
        if name is None:
            return self.shops[0]
        if name in self.shops:
            return name
        meant = plain_shop(name)
        for shop in self.shops:
            if plain_shop(shop) == meant:
                return shop
        raise ForeignShop(f"This connection is for {', '.join(self.shops)}, not for {name!r}.")

    def shops_for(self, name: str | None) -> tuple[str, ...]:
        """Choose the shops that a trigger looks at: the one named, or all of the connection's.

        Raises ForeignShop.
        """
        return self.shops if name is None else (self.shop(name),)

    def narrowed_to(self, shops: tuple[str, ...]) -> Self:
        """Return it for those of its shops that are among `shops`. Raises ForeignShop for none."""
        left = tuple(shop for shop in self.shops if shop in shops)
        if not left:
            raise ForeignShop(f"This token is for {', '.join(shops)}, which the connection lost.")
        # though it be for all of today's: those to come are not its own
        return replace(self, shops=left, is_narrowed=True)


def key_id_of(api_key: str) -> str:
    """Return what names a ReturnGO key without telling it."""
    # Not keyed with SECRET_KEY: the name must outlive a change of that key.
    return hashlib.sha256(b"returngo-key\0" + api_key.encode()).hexdigest()[:32]


def label_of(shops: tuple[str, ...]) -> str:
    """Return what to call a connection without a name of its own."""
    rest = len(shops) - 1
    return shops[0] if not rest else f"{shops[0]} and {rest} more"
