"""The command line: python -m connector."""

import click

from connector.blocks import Catalogue
from connector.cli.backfill import backfill
from connector.cli.demo import demo
from connector.cli.doctor import doctor
from connector.cli.export import export
from connector.cli.openapi import openapi
from connector.cli.parts import OpenServices, Parts
from connector.cli.run import run
from connector.cli.webhooks import webhooks
from connector.cli.worker import worker

__all__ = ["main"]


@click.group()
def cli() -> None:
    """Turn ReturnGO's returns into building blocks for no-code platforms."""


for command in (run, worker, demo, doctor, backfill, webhooks, openapi, export):
    cli.add_command(command)


def main(catalogue: Catalogue, open_services: OpenServices) -> None:
    """Run the command that the process was started with."""
    cli(obj=Parts(catalogue, open_services), prog_name="python -m connector")
