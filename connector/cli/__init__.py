"""The command line: python -m connector.

A command stands in the module of its name, and is loaded when it is asked for: so a worker loads
neither Flask nor an exporter, and `run` next to nothing before it begins anew.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

import click

from connector.cli.lazy_catalogue import LazyCatalogue

if TYPE_CHECKING:
    from connector.blocks import Catalogue

__all__ = ["main"]

COMMANDS = (
    *("run", "worker", "demo", "doctor", "connections", "tokens", "password"),
    *("backfill", "webhooks", "openapi", "export", "mcp", "disclose", "forget", "reseal"),
)


class Commands(click.Group):
    """Finds each command in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command; None where there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"connector.cli.{cmd_name}"), cmd_name)
        return found


@click.command(cls=Commands)
def cli() -> None:
    """Turn ReturnGO's returns into building blocks for no-code platforms."""


def main(load_catalogue: Callable[[], "Catalogue"]) -> None:
    """Run the command that the process was started with; it loads the blocks if it needs them."""
    cli(obj=LazyCatalogue(load_catalogue), prog_name="python -m connector")
