"""python -m connector disclose: print all that is kept of one customer."""

import click
import simplejson

from connector.cli.customer import count, find, of_a_customer
from connector.cli.lazy_catalogue import LazyCatalogue
from connector.cli.opened import sentences


@click.command()
@of_a_customer
@click.pass_obj
def disclose(
    lazy: LazyCatalogue, email: str | None, customer: str | None, shop: str | None
) -> None:
    """Print all that the bridge keeps of a customer: a JSON document a line."""
    found = find(lazy, email, customer, shop)
    with sentences():
        for document in found.customer.documents(found.things):
            click.echo(simplejson.dumps(document, use_decimal=True, ensure_ascii=False))
    click.echo(
        f"This is what is kept of {count(found.things)}. What actions were sent and answered"
        " in the last 7 days is not in it.",
        err=True,
    )
