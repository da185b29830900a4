"""python -m connector password: set the password of the page."""

import click

from connector.cli.lazy_catalogue import LazyCatalogue
from connector.cli.opened import opened
from connector.operator import SHORTEST


@click.command()
@click.option(
    "--password",
    prompt="New password of the page",
    hide_input=True,
    confirmation_prompt="Once more",
    help="Leave it out to be asked: what stands on a command line can be seen.",
)
@click.pass_obj
def password(lazy: LazyCatalogue, password: str) -> None:
    """Set the password with which the operator signs in to the page; open sessions end."""
    if len(password) < SHORTEST:
        raise click.BadParameter(
            f"It must have {SHORTEST} characters or more.", param_hint="--password"
        )
    with opened(lazy) as bridge:
        bridge.operator.set(password)
    click.echo("The password is set.")
