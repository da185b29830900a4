"""The blocks that a bridge offers, found by the files that declare them."""

import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from types import ModuleType
from typing import TypeVar

from connector.blocks.action import Action
from connector.blocks.block import Block
from connector.blocks.trigger import Trigger


@dataclass(frozen=True)
class Catalogue:
    """Every trigger and action by its key."""

    triggers: dict[str, Trigger]
    actions: dict[str, Action]

    @classmethod
    def of(cls, triggers: ModuleType, actions: ModuleType) -> "Catalogue":
        """Collect the blocks of two packages: each module declares one as `block`.

        The module's name becomes the block's key, its docstring the description. Raises TypeError
        when a module declares no block, or one of the wrong sort.
        """
        return cls(
            triggers=dict(_blocks(triggers, Trigger)), actions=dict(_blocks(actions, Action))
        )


B = TypeVar("B", bound=Block)


def _blocks(package: ModuleType, sort: type[B]) -> Iterator[tuple[str, B]]:
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda each: each.name):
        module = import_module(f"{package.__name__}.{found.name}")
        block = getattr(module, "block", None)
        if not isinstance(block, sort) or not module.__doc__:
            raise TypeError(
                f"{module.__name__} must have a docstring and declare a {sort.__name__} as `block`."
            )
        description = inspect.cleandoc(module.__doc__)
        yield found.name, replace(block, key=found.name, description=description)
