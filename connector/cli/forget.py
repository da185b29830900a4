"""python -m connector forget: erase all that is kept of one customer."""

import sys

import click

from connector.cli.customer import count, find, of_a_customer
from connector.cli.lazy_catalogue import LazyCatalogue
from connector.cli.opened import sentences
from connector.clock import SYSTEM_CLOCK
from connector.privacy import Erasure

EXIT_STILL_OPEN = 3


@click.command()
@of_a_customer
@click.option(
    "--also-open",
    is_flag=True,
    help="Forget returns that are open and refunds that are requested, too: no workflow hears of"
    " them any more.",
)
@click.option("--yes", is_flag=True, help="Erase without asking.")
@click.pass_obj
def forget(
    lazy: LazyCatalogue,
    email: str | None,
    customer: str | None,
    shop: str | None,
    also_open: bool,
    yes: bool,
) -> None:
    """Erase all that the bridge keeps of a customer. Ends with 3 where something is still open.

    What ReturnGO shows of these returns later is neither told nor kept. Searches ask ReturnGO, and
    show what it has: have it erased there, too.
    """
    found = find(lazy, email, customer, shop)
    if not found.things:
        click.echo("Nothing is kept of this customer.")
        return
    for each in found.things:
        click.echo(f"{each.shop}: {each.name}, last seen as {each.status or 'unknown'}")
    still_open = [each for each in found.things if each.is_open]
    if still_open and not also_open:
        click.echo(
            f"Nothing was erased: {count(still_open)} may still have to be worked on. End them at"
            " ReturnGO, or say --also-open.",
            err=True,
        )
        sys.exit(EXIT_STILL_OPEN)
    if not yes:
        click.confirm(f"Erase what is kept of {count(found.things)}?", abort=True)
    with sentences():
        erased = Erasure(found.bridge.store, SYSTEM_CLOCK).run(found.things)
    click.echo(
        f"Erased: {count(found.things)}, with {erased.events} events and {erased.deliveries}"
        " deliveries.\nWhat actions were sent and answered goes by itself within 7 days,"
        " pages that web processes hold in memory at a restart at the latest. Backups are not"
        " touched."
    )
