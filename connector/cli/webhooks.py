"""python -m connector webhooks: have ReturnGO tell the bridge when something happens."""

import sys
from collections.abc import Callable, Iterator

import click

from connector.bridge import Bridge
from connector.cli.connection_option import connection_option
from connector.cli.lazy_catalogue import LazyCatalogue
from connector.cli.opened import COMMAND_LINE, opened
from connector.connections import Connection
from connector.inbound import Inbox, Registrar, Registration, RegistrationStatus

STATE_WORDS = {
    RegistrationStatus.REGISTERED: "registered at {host}",
    RegistrationStatus.MOVED: "moved to {host}",
    RegistrationStatus.STANDS: "stands at {host}",
    RegistrationStatus.REMOVED: "removed from {host}",
    RegistrationStatus.TAKEN: "left alone: {host} has it, and ReturnGO takes one for each event",
    RegistrationStatus.FOREIGN: "left alone: it is of {host}",
}

Work = Callable[[Registrar, Connection, str], Iterator[Registration]]

shop_option = click.option("--shop", help="Only this one of the connection's shops.")


@click.group()
def webhooks() -> None:
    """Have ReturnGO tell the bridge, at PUBLIC_URL, when something happens."""


@webhooks.command()
@connection_option
@shop_option
@click.pass_obj
def register(lazy: LazyCatalogue, connection: str | None, shop: str | None) -> None:
    """Register for every event; what stands stays. Ends with 1 where another software is."""
    _register(lazy, connection, shop, Registrar.register, deed="register_webhooks")


@webhooks.command()
@connection_option
@shop_option
@click.pass_obj
def renew(lazy: LazyCatalogue, connection: str | None, shop: str | None) -> None:
    """Give each shop a new address, as others may know the old one. No webhook is missed."""
    _register(lazy, connection, shop, Registrar.renew, deed="renew_webhooks")


@webhooks.command(name="list")
@connection_option
@shop_option
@click.pass_obj
def list_(lazy: LazyCatalogue, connection: str | None, shop: str | None) -> None:
    """List what is registered, and how often each event was heard of."""
    _work(lazy, connection, shop, Registrar.show, then=_show_counts)


@webhooks.command()
@connection_option
@shop_option
@click.pass_obj
def remove(lazy: LazyCatalogue, connection: str | None, shop: str | None) -> None:
    """Remove what this bridge has registered."""
    _work(lazy, connection, shop, Registrar.remove, deed="remove_webhooks")


def _register(
    lazy: LazyCatalogue, connection: str | None, shop: str | None, work: Work, *, deed: str
) -> None:
    found = _work(lazy, connection, shop, work, deed=deed)
    if any(each.status is RegistrationStatus.TAKEN for each in found):
        sys.exit(1)


def _work(
    lazy: LazyCatalogue,
    connection: str | None,
    shop: str | None,
    work: Work,
    *,
    then: Callable[[Bridge, Connection, str], None] | None = None,
    deed: str | None = None,
) -> list[Registration]:
    """Do something in each shop, showing it line by line, or end with a sentence."""
    found = []
    with opened(lazy, goes_on=True) as bridge:
        registrar = bridge.registrar
        if registrar is None:
            raise click.ClickException(
                "PUBLIC_URL is missing: ReturnGO must know where to reach the bridge."
            )
        chosen = bridge.connections.named(connection, shop)
        for each in chosen.shops_for(shop):
            for registration in work(registrar, chosen, each):
                found.append(registration)
                words = STATE_WORDS[registration.status].format(host=registration.host)
                click.echo(f"{each}: {registration.event_name} {words}")
            if deed is not None:
                bridge.deeds.note(COMMAND_LINE, deed, connection=chosen.id, about=each)
            if then is not None:
                then(bridge, chosen, each)
    return found


def _show_counts(bridge: Bridge, connection: Connection, shop: str) -> None:
    for heard in bridge.webhook_buffer.counts(Inbox(connection.id, shop)):
        last = f"{heard.heard_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{shop}: {heard.event_name} heard {heard.count} times, last at {last}")
