"""What the composition root hands to the commands."""

from collections.abc import Callable
from dataclasses import dataclass

from connector.blocks import Catalogue
from connector.config import Settings
from connector.web import Services

OpenServices = Callable[[Settings], Services]


@dataclass(frozen=True)
class Parts:
    """The catalogue, and how the rules are put together for some settings."""

    catalogue: Catalogue
    open_services: OpenServices
