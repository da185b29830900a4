"""The blocks, for the commands that speak of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connector.blocks import Catalogue


@dataclass(frozen=True)
class LazyCatalogue:
    """Loads the catalogue when a command first asks for it: most of a start is spent on that."""

    load: Callable[[], "Catalogue"]

    @cached_property
    def catalogue(self) -> "Catalogue":
        """The blocks that this bridge offers."""
        return self.load()
