"""python -m connector webhooks: have ReturnGO tell the bridge when something happens."""

import logging
import sys
from collections.abc import Callable, Iterator

import click

from connector import logs
from connector.bridge import Bridge
from connector.cli.lazy_catalogue import LazyCatalogue
from connector.config import SettingError, load
from connector.connections import Connection, ForeignShop
from connector.inbound import Inbox, Registrar, Registration, RegistrationStatus
from connector.returngo import ReturnGOError
from connector.store import StoreUnavailable, WrongSecretKey

STATE_WORDS = {
    RegistrationStatus.REGISTERED: "registered at {host}",
    RegistrationStatus.MOVED: "moved to {host}",
    RegistrationStatus.STANDS: "stands at {host}",
    RegistrationStatus.REMOVED: "removed from {host}",
    RegistrationStatus.TAKEN: "left alone: {host} has it, and ReturnGO takes one for each event",
    RegistrationStatus.FOREIGN: "left alone: it is of {host}",
}

Work = Callable[[Registrar, Connection, str], Iterator[Registration]]

shop_option = click.option("--shop", help="Only this one of RETURNGO_SHOPS.")


@click.group()
def webhooks() -> None:
    """Have ReturnGO tell the bridge, at PUBLIC_URL, when something happens."""


@webhooks.command()
@shop_option
@click.pass_obj
def register(lazy: LazyCatalogue, shop: str | None) -> None:
    """Register for every event; what stands stays. Ends with 1 where another software is."""
    found = _work(lazy, shop, Registrar.register)
    if any(each.status is RegistrationStatus.TAKEN for each in found):
        sys.exit(1)


@webhooks.command(name="list")
@shop_option
@click.pass_obj
def list_(lazy: LazyCatalogue, shop: str | None) -> None:
    """List what is registered, and how often each event was heard of."""
    _work(lazy, shop, Registrar.show, then=_show_counts)


@webhooks.command()
@shop_option
@click.pass_obj
def remove(lazy: LazyCatalogue, shop: str | None) -> None:
    """Remove what this bridge has registered."""
    _work(lazy, shop, Registrar.remove)


def _work(
    lazy: LazyCatalogue,
    shop: str | None,
    work: Work,
    *,
    then: Callable[[Bridge, Connection, str], None] | None = None,
) -> list[Registration]:
    """Do something in each shop, showing it line by line, or end with a sentence."""
    logs.configure(logging.WARNING)
    found = []
    try:
        settings = load()
        if settings.public_url is None:
            raise click.ClickException(
                "PUBLIC_URL is missing: ReturnGO must know where to reach the bridge."
            )
        bridge = Bridge.open(settings, lazy.catalogue)
        connection = bridge.connections.operator()
        if connection is None:
            raise click.ClickException("RETURNGO_API_KEY is missing: webhooks belong to a key.")
        registrar = Registrar(bridge.inboxes, bridge.upstream, settings.public_url.rstrip("/"))
        for each in connection.shops_for(shop):
            for registration in work(registrar, connection, each):
                found.append(registration)
                words = STATE_WORDS[registration.status].format(host=registration.host)
                click.echo(f"{each}: {registration.event_name} {words}")
            if then is not None:
                then(bridge, connection, each)
    except SettingError as error:
        raise click.ClickException(str(error)) from error
    except ForeignShop as error:
        raise click.BadParameter(str(error), param_hint="--shop") from error
    except (StoreUnavailable, WrongSecretKey) as error:
        raise click.ClickException(f"The database cannot be used: {error}") from error
    except ReturnGOError as error:
        raise click.ClickException(f"{error} Run the command again to go on.") from error
    return found


def _show_counts(bridge: Bridge, connection: Connection, shop: str) -> None:
    for heard in bridge.webhook_buffer.counts(Inbox(connection.id, shop)):
        last = f"{heard.heard_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{shop}: {heard.event_name} heard {heard.count} times, last at {last}")
