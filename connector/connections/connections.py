"""Finding the connection of a caller, of a hook, of a command."""

import hmac

from connector.clock import SYSTEM_CLOCK, Clock
from connector.config import API_KEY, SHOP_NAME, Settings
from connector.connections.access import SETTINGS_TOKEN, Access
from connector.connections.connection import BROUGHT, Connection, key_id_of, label_of
from connector.connections.kept import ConnectionRefused, KeptConnections
from connector.connections.ownership import Ownership
from connector.connections.shop_spelling import plain_shop
from connector.connections.tokens import Tokens
from connector.connections.wrong_tries import WrongTries
from connector.store import Store, Vault
from schemas.fields import trim

OPERATOR = "operator"


class NotRecognised(Exception):
    """The caller's token or key is missing or wrong."""


class NoSuchConnection(Exception):
    """The bridge keeps no connection of this name, or none at all."""


class TooManyTries(NotRecognised):
    """So many tokens or keys were wrong that the next has to wait `retry_after` seconds."""

    def __init__(
        self, retry_after: float, which: str = "wrong tokens came from your address"
    ) -> None:
        self.retry_after = retry_after
        super().__init__(f"Too many {which}. One that the bridge knows is taken at once.")


class Connections:
    """Finds connections: the one that the settings name, those in the database, callers' own.

    `kept` are those in the database, `tokens` what is good for one of either; `ownership` knows
    whether the database is that of the settings' key; `wrong_tries`, which addresses presented what
    is good for nothing.
    """

    def __init__(
        self, settings: Settings, store: Store, vault: Vault, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self.kept = KeptConnections(store, vault, clock)
        self.tokens = Tokens(
            store,
            clock,
            minute_limit=settings.token_minute_limit,
            daily_limit=settings.token_daily_limit or -(-settings.returngo_daily_limit // 2),
        )
        self.wrong_tries = WrongTries(clock)
        self._settings = settings
        self._clock = clock
        self._operator = _operator(settings)
        key_id = None if self._operator is None else self._operator.key_id
        self.ownership = Ownership(store, vault, key_id)

    def by_token(self, token: str) -> Access:
        """Find what a token is good for. Raises NotRecognised and StoreUnavailable."""
        expected = self._settings.bridge_token
        if (
            self._operator is not None
            and expected is not None
            and hmac.compare_digest(token.encode(), expected.encode())
        ):
            return Access(self._operator, name=SETTINGS_TOKEN, holder=OPERATOR)
        found = self.tokens.find(token)
        connection = None if found is None else self.by_id(found.connection)
        if found is None or connection is None:
            raise NotRecognised(
                "The bridge token is not right."
                if self.all()
                else "This bridge has no tokens: bring your own ReturnGO key."
                if self._settings.allow_returngo_keys
                else "This bridge keeps no ReturnGO key yet, so it has no tokens."
            )
        if found.expires_at is not None and found.has_expired(self._clock.now()):
            raise NotRecognised(
                f"The bridge token {found.name!r} expired on {found.expires_at:%Y-%m-%d}: it takes"
                " a new one."
            )
        if found.shops is not None:
            connection = connection.narrowed_to(found.shops)
        return Access(connection, found.scopes, found.name, found.title, found.id, found.allowance)

    def all(self) -> list[Connection]:
        """List those whose key the bridge keeps, that of the settings first.

        Raises StoreUnavailable and WrongSecretKey, as all do that look into the database.
        """
        of_settings = [] if self._operator is None else [self._operator]
        return [*of_settings, *self.kept.all()]

    def by_id(self, connection_id: str) -> Connection | None:
        """Find a connection whose key the bridge keeps by its id, or None."""
        if connection_id == OPERATOR:
            return self._operator
        return self.kept.find(connection_id)

    def named(self, name: str | None, shop: str | None = None) -> Connection:
        """Find one by its label, its id, or one of its shops.

        Without a name: the first that has `shop`, or else the first. Raises NoSuchConnection.
        """
        known = self.all()
        if not known:
            raise NoSuchConnection(
                "RETURNGO_API_KEY is missing: set it, or add a connection with"
                " python -m connector connections add."
            )
        if name is None:
            return next((each for each in known if shop in each.shops), known[0])
        for each in known:
            if name in (each.label, each.id, *each.shops):
                return each
        labels = ", ".join(each.label for each in known)
        raise NoSuchConnection(f"There is no connection {name!r}; there are: {labels}.")

    def add(self, connection: Connection) -> None:
        """Keep one in the database. Raises ConnectionRefused for a key that is kept already."""
        if self._operator is not None and self._operator.key_id == connection.key_id:
            raise ConnectionRefused("The settings have this key already (RETURNGO_API_KEY).")
        self.kept.add(connection)

    def by_key(self, api_key: str, shop: str) -> Connection:
        """Make a connection of the caller's own ReturnGO key, where the operator allows it.

        The shop may be written in any way that `plain_shop` reads. Whether the key is good is seen
        at ReturnGO. Raises NotRecognised.
        """
        api_key, name = trim(api_key), plain_shop(shop)
        if not self._settings.allow_returngo_keys:
            raise NotRecognised(
                "This bridge does not take ReturnGO keys from callers: use a bridge token."
            )
        if not api_key or not name:
            raise NotRecognised(
                "Send both headers, x-api-key with the key and x-shop-name with a shop such as"
                f" example.myshopify.com: {'x-shop-name' if api_key else 'x-api-key'} is missing."
            )
        if not API_KEY.match(api_key):
            raise NotRecognised(
                "What x-api-key holds is no ReturnGO key: one has letters, digits and signs, and no"
                " spaces."
            )
        if not SHOP_NAME.match(name):
            raise NotRecognised(
                "What x-shop-name holds is no shop name such as example.myshopify.com or"
                " example.myshopify.com@Portal."
            )
        return Connection(
            id=f"{BROUGHT}{key_id_of(api_key)}",
            api_key=api_key,
            shops=(name,),
            label=name,
            brings_key=True,
        )


def _operator(settings: Settings) -> Connection | None:
    if settings.returngo_api_key is None:
        return None
    return Connection(
        id=OPERATOR,
        api_key=settings.returngo_api_key,
        shops=settings.returngo_shops,
        label=label_of(settings.returngo_shops),
    )
