"""The command line: python -m connector."""

import click

from connector.blocks import Catalogue
from connector.cli.demo import demo
from connector.cli.openapi import openapi
from connector.cli.run import run

__all__ = ["main"]


@click.group()
@click.pass_context
def cli(context: click.Context) -> None:
    """Turn ReturnGO's returns into building blocks for no-code platforms."""
    context.ensure_object(Catalogue)


for command in (run, demo, openapi):
    cli.add_command(command)


def main(catalogue: Catalogue) -> None:
    """Run the command that the process was started with."""
    cli(obj=catalogue, prog_name="python -m connector")
