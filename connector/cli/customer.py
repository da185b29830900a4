"""What `disclose` and `forget` have in common: how a customer is named, and found."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import click

from connector import logs
from connector.bridge import Bridge
from connector.cli.lazy_catalogue import LazyCatalogue
from connector.cli.opened import sentences
from connector.config import load
from connector.connections import Connection, Connections
from connector.privacy import Customer, KeptThing
from connector.store import Vault


@dataclass(frozen=True)
class Found:
    """What is kept of a customer, and what it was found by."""

    bridge: Bridge
    customer: Customer
    things: list[KeptThing]


def of_a_customer(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that name a customer."""
    for option in (
        click.option("--shop", help="With --customer, only this one of the shops."),
        click.option(
            "--customer",
            metavar="ID",
            help="The customer's id in the shop system: ReturnGO names the returns, for a call a"
            " shop.",
        ),
        click.option("--email", metavar="ADDRESS", help="The customer's e-mail address."),
    ):
        command = option(command)
    return command


def find(lazy: LazyCatalogue, email: str | None, customer: str | None, shop: str | None) -> Found:
    """Find what is kept of a customer, or end the command with a sentence."""
    if (email is None) == (customer is None):
        raise click.UsageError("Name the customer, by --email or by --customer.")
    if email is not None and "@" not in email.strip("@ "):
        raise click.BadParameter(f"{email!r} is no e-mail address.", param_hint="--email")
    logs.configure(logging.WARNING)
    with sentences():
        settings = load()
        bridge = Bridge.open(settings, lazy.catalogue)
        kept = Customer(bridge.store, Vault(settings.secret_key))
        things = kept.by_email(email) if email else _by_id(bridge, kept, str(customer), shop)
    return Found(bridge, kept, things)


def count(things: Sequence[KeptThing]) -> str:
    """Say how many RMAs and transactions there are."""
    rmas = sum(each.is_rma for each in things)
    return f"{rmas} RMAs and {len(things) - rmas} transactions"


def _by_id(bridge: Bridge, kept: Customer, customer_id: str, shop: str | None) -> list[KeptThing]:
    found: list[KeptThing] = []
    for connection, each in _shops(bridge.connections, shop):
        returngo = bridge.upstream.open(connection, each)
        cursor, ids = None, [customer_id]
        while True:
            page = returngo.list_rmas(cursor=cursor, customer_ids=ids)
            rma_ids = [str(row.get("rmaId")) for row in page.rows]
            found += kept.by_rmas(connection.id, each, rma_ids)
            cursor = page.next_cursor
            if cursor is None:
                break
    return found


def _shops(connections: Connections, shop: str | None) -> Iterator[tuple[Connection, str]]:
    """List the shops that are asked: of all connections, or the one that is named."""
    if shop is not None:
        named = connections.named(None, shop)
        yield named, named.shop(shop)
        return
    connections.named(None)
    for connection in connections.all():
        for each in connection.shops:
            yield connection, each
