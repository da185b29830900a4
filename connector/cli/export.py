"""python -m connector export: write a ready integration for a platform."""

from pathlib import Path

import click

from connector.cli.lazy_catalogue import LazyCatalogue
from connector.export import EXPORTERS, Site


@click.command()
@click.argument("platform", type=click.Choice(sorted(EXPORTERS)))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--public-url",
    envvar="PUBLIC_URL",
    required=True,
    help="Where the platform reaches the bridge, such as https://bridge.example.com.",
)
@click.pass_obj
def export(lazy: LazyCatalogue, platform: str, folder: Path, public_url: str) -> None:
    """Write the integration for PLATFORM into FOLDER; files that are there are written anew."""
    files = EXPORTERS[platform](Site(lazy.catalogue, public_url.rstrip("/")))
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    click.echo(f"{len(files)} files for {platform} stand in {folder}.")
