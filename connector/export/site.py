"""What an export is written from."""

from dataclasses import dataclass

from connector.blocks import Catalogue

Files = dict[str, str]
"""The text of each file of an export, by its path in it."""


@dataclass(frozen=True)
class Site:
    """A bridge: what it offers, and the address at which platforms reach it, without a last `/`."""

    catalogue: Catalogue
    public_url: str
