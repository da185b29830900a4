"""What `disclose` and `forget` have in common: how a customer is named, and found."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click

from connector import logs
from connector.bridge import Bridge
from connector.cli.lazy_catalogue import LazyCatalogue
from connector.config import SettingError, load
from connector.connections import ForeignShop
from connector.privacy import Customer, KeptThing
from connector.returngo import ReturnGOError
from connector.store import StoreUnavailable, Vault, WrongSecretKey


@dataclass(frozen=True)
class Found:
    """What is kept of a customer, and what it was found by."""

    bridge: Bridge
    customer: Customer
    things: list[KeptThing]


def of_a_customer(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that name a customer."""
    for option in (
        click.option("--shop", help="With --customer, only this one of RETURNGO_SHOPS."),
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


@contextmanager
def sentences() -> Iterator[None]:
    """End the command with a sentence where something cannot be done."""
    try:
        yield
    except StoreUnavailable as error:
        raise click.ClickException(f"DATABASE_URL cannot be used: {error}.") from error
    except ForeignShop as error:
        raise click.BadParameter(str(error), param_hint="--shop") from error
    except (SettingError, WrongSecretKey, ReturnGOError) as error:
        raise click.ClickException(str(error)) from error


def _by_id(bridge: Bridge, kept: Customer, customer_id: str, shop: str | None) -> list[KeptThing]:
    connection = bridge.connections.operator()
    if connection is None:
        raise click.ClickException("RETURNGO_API_KEY is missing: ReturnGO is asked with it.")
    found: list[KeptThing] = []
    for each in connection.shops_for(shop):
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
