"""Shop names as people write or paste them, for a connection to keep."""

from collections.abc import Iterable

from connector.config import SHOP_NAME
from connector.connections.kept import ConnectionRefused
from connector.connections.shop_spelling import plain_shop


def read_shop_names(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of several shops, each once. Raises ConnectionRefused."""
    return tuple(dict.fromkeys(map(read_shop_name, texts)))


def read_shop_name(text: str) -> str:
    """Return the name of a shop, however it is written; see `plain_shop`.

    Raises ConnectionRefused.
    """
    name = plain_shop(text)
    if not SHOP_NAME.match(name):
        raise ConnectionRefused(
            f"{text!r} is not a shop name like demo.myshopify.com or demo.myshopify.com@Portal."
        )
    return name
