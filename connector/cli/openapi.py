"""python -m connector openapi: write the OpenAPI document."""

from pathlib import Path

import click

from connector.cli.lazy_catalogue import LazyCatalogue
from connector.web import openapi_yaml


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default="openapi.yaml")
@click.pass_obj
def openapi(lazy: LazyCatalogue, file: Path) -> None:
    """Write the OpenAPI document to FILE."""
    file.write_text(openapi_yaml(lazy.catalogue), encoding="utf-8")
    click.echo(f"Wrote {file}.")
