"""The blocks that a bridge offers, found by the files that declare them."""

import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from types import ModuleType
from typing import TypeVar

from connector.blocks.action import Action
from connector.blocks.block import Block
from connector.blocks.choice import Choice
from connector.blocks.search import Search
from connector.blocks.trigger import Trigger

ASSUMED = "Assumed of ReturnGO, where its documentation is silent (docs/assumptions.md):"


@dataclass(frozen=True)
class Catalogue:
    """Every block by its key, sort by sort."""

    triggers: dict[str, Trigger]
    actions: dict[str, Action]
    searches: dict[str, Search]
    choices: dict[str, Choice] = field(default_factory=dict)

    @classmethod
    def of(
        cls, triggers: ModuleType, actions: ModuleType, choices: ModuleType | None = None
    ) -> "Catalogue":
        """Collect the blocks of packages: each module declares one as `block`.

        Searches stand among the actions. The module's name becomes the block's key, its docstring
        the description. Raises TypeError when a module declares no block, or one of the wrong sort.
        """
        done = dict(_blocks(actions, Action, Search))
        return cls(
            triggers=dict(_blocks(triggers, Trigger)),
            actions={key: block for key, block in done.items() if isinstance(block, Action)},
            searches={key: block for key, block in done.items() if isinstance(block, Search)},
            choices={} if choices is None else dict(_blocks(choices, Choice)),
        )

    def compose(self) -> None:
        """Make the blocks' schemas now: processes that are forked after that share them."""
        for block in self:
            block.compose()

    def __iter__(self) -> Iterator[Block]:
        """Go through all blocks."""
        yield from self.triggers.values()
        yield from self.actions.values()
        yield from self.searches.values()
        yield from self.choices.values()


B = TypeVar("B", bound=Block)


def _blocks(package: ModuleType, *sorts: type[B]) -> Iterator[tuple[str, B]]:
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda each: each.name):
        module = import_module(f"{package.__name__}.{found.name}")
        block = getattr(module, "block", None)
        if not isinstance(block, sorts) or not module.__doc__:
            wanted = " or ".join(sort.__name__ for sort in sorts)
            raise TypeError(
                f"{module.__name__} must have a docstring and declare a {wanted} as `block`."
            )
        description = inspect.cleandoc(module.__doc__)
        if block.assumes:
            description += f"\n\n{ASSUMED} {', '.join(block.assumes)}."
        yield found.name, replace(block, key=found.name, description=description)
