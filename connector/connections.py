"""Who is calling: for which ReturnGO key, and for which of its shops."""

import hashlib
import hmac
from dataclasses import dataclass, field

from connector.config import API_KEY, SHOP_NAME, Settings

OPERATOR = "operator"


class NotRecognised(Exception):
    """The caller's token or key is missing or wrong."""


class ForeignShop(Exception):
    """The caller may not speak for this shop."""


@dataclass(frozen=True)
class Connection:
    """One ReturnGO key and the shops that its holder may speak for.

    `id` names the connection's log and idempotency keys; `key_id` names the key in the budget
    without telling it.
    """

    id: str
    shops: tuple[str, ...]
    api_key: str = field(repr=False)
    label: str

    @property
    def key_id(self) -> str:
        """Return a name of the ReturnGO key: the same for the same key, and no way back to it."""
        return _key_id(self.api_key)

    @property
    def brings_key(self) -> bool:
        """Return whether the key is the caller's own, and not kept by the bridge."""
        return self.id != OPERATOR

    def shop(self, name: str | None) -> str:
        """Choose the one shop that a call is about; without a name, the connection's first.

        Raises ForeignShop.
        """
        if name is None:
            return self.shops[0]
        if name not in self.shops:
            raise ForeignShop(f"This connection is for {', '.join(self.shops)}, not for {name!r}.")
        return name

    def shops_for(self, name: str | None) -> tuple[str, ...]:
        """Choose the shops that a trigger looks at: the one named, or all of the connection's.

        Raises ForeignShop.
        """
        return self.shops if name is None else (self.shop(name),)


class Connections:
    """Finds the connection of a caller by what the caller presents."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def by_token(self, token: str) -> Connection:
        """Find the operator's connection, whose key the bridge keeps. Raises NotRecognised."""
        operator, expected = self.operator(), self._settings.bridge_token
        if operator is None or expected is None:
            raise NotRecognised("This bridge has no tokens: bring your own ReturnGO key.")
        if not hmac.compare_digest(token.encode(), expected.encode()):
            raise NotRecognised("The bridge token is not right.")
        return operator

    def operator(self) -> Connection | None:
        """Return the connection whose key the bridge keeps, if it keeps one."""
        settings = self._settings
        if settings.returngo_api_key is None:
            return None
        return Connection(
            id=OPERATOR,
            api_key=settings.returngo_api_key,
            shops=settings.returngo_shops,
            label=_label(settings.returngo_shops),
        )

    def by_id(self, connection_id: str) -> Connection | None:
        """Find a connection whose key the bridge keeps by its id, or None."""
        operator = self.operator()
        return operator if operator is not None and operator.id == connection_id else None

    def by_key(self, api_key: str, shop: str) -> Connection:
        """Make a connection of the caller's own ReturnGO key, where the operator allows it.

        The store may be written in any case, its portal's name stays as it is. Whether the key is
        good is seen at ReturnGO. Raises NotRecognised.
        """
        store, at, portal = shop.partition("@")
        shop = f"{store.lower()}{at}{portal}"
        if not self._settings.allow_returngo_keys:
            raise NotRecognised(
                "This bridge does not take ReturnGO keys from callers: use a bridge token."
            )
        if not API_KEY.match(api_key) or not SHOP_NAME.match(shop):
            raise NotRecognised(
                "Send both headers, x-api-key with the key and x-shop-name with a shop such as"
                " example.myshopify.com or example.myshopify.com@Portal."
            )
        return Connection(id=f"key-{_key_id(api_key)}", api_key=api_key, shops=(shop,), label=shop)


def _key_id(api_key: str) -> str:
    # Not keyed with SECRET_KEY: the name must outlive a change of that key.
    return hashlib.sha256(b"returngo-key\0" + api_key.encode()).hexdigest()[:32]


def _label(shops: tuple[str, ...]) -> str:
    rest = len(shops) - 1
    return shops[0] if not rest else f"{shops[0]} and {rest} more"
