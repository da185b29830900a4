"""python -m connector connections: the ReturnGO keys that the bridge keeps, and their shops."""

import sys
from collections.abc import Sequence
from dataclasses import replace

import click

from connector.bridge import Bridge
from connector.cli.lazy_catalogue import LazyCatalogue
from connector.cli.opened import COMMAND_LINE, opened
from connector.connections import Connection, new_connection, read_shop_names
from connector.connections.connections import OPERATOR
from connector.returngo import ReturnGOError

shops_option = click.option(
    "--shop",
    "shops",
    multiple=True,
    metavar="SHOP",
    help="A shop of the key, such as demo.myshopify.com; several times for several.",
)
untried_option = click.option("--untried", is_flag=True, help="Do not try the key at ReturnGO.")


@click.group()
def connections() -> None:
    """Add, change and remove the ReturnGO keys that the bridge keeps."""


@connections.command(name="list")
@click.pass_obj
def list_(lazy: LazyCatalogue) -> None:
    """List the connections, and how many tokens each has."""
    with opened(lazy) as bridge:
        tokens = bridge.connections.tokens.all()
        for each in bridge.connections.all():
            count = sum(token.connection == each.id for token in tokens)
            also = " and BRIDGE_TOKEN" if each.id == OPERATOR else ""
            click.echo(f"{each.label}: {', '.join(each.shops)}; {_tokens(count)}{also}")


@connections.command()
@click.option("--name", help="What to call it; by default as its first shop.")
@shops_option
@untried_option
@click.pass_obj
def add(lazy: LazyCatalogue, name: str | None, shops: Sequence[str], untried: bool) -> None:
    """Keep a key, which is asked for or read from standard input, and try it at each shop."""
    if not shops:
        raise click.UsageError("Name the key's shops, each by --shop.")
    with opened(lazy) as bridge:
        made = new_connection(_ask_for_key(), read_shop_names(shops), name)
        _try(bridge, made, untried=untried)
        bridge.connections.add(made)
        _note(bridge, "add_connection", made)
        click.echo(f"{made.label} is kept, for {', '.join(made.shops)}.")
        click.echo("Make a token for each workflow: python -m connector tokens add NAME")


@connections.command()
@click.argument("which", metavar="NAME")
@click.option("--name", help="What to call it from now on.")
@shops_option
@click.option("--new-key", is_flag=True, help="Replace the key, which is asked for.")
@untried_option
@click.pass_obj
def change(
    lazy: LazyCatalogue,
    which: str,
    name: str | None,
    shops: Sequence[str],
    new_key: bool,
    untried: bool,
) -> None:
    """Rename a connection, or replace its shops or its key; what it has told stays told."""
    with opened(lazy) as bridge:
        before = _kept(bridge, which)
        changed = replace(
            before,
            label=name or before.label,
            shops=read_shop_names(shops) or before.shops,
            api_key=_ask_for_key() if new_key else before.api_key,
        )
        if shops or new_key:
            _try(bridge, changed, untried=untried)
        bridge.connections.kept.change(changed)
        _note(bridge, "change_connection", changed)
        click.echo(f"{changed.label} is kept, for {', '.join(changed.shops)}.")


@connections.command(name="accept-key")
@untried_option
@click.pass_obj
def accept_key(lazy: LazyCatalogue, untried: bool) -> None:
    """Say once that RETURNGO_API_KEY was replaced by a new one of the same merchant."""
    with opened(lazy, claims=False) as bridge:
        of_settings = bridge.connections.by_id(OPERATOR)
        if of_settings is None:
            raise click.ClickException("RETURNGO_API_KEY is missing: set it to the new key first.")
        _try(bridge, of_settings, untried=untried)
        bridge.connections.ownership.accept()
        _note(bridge, "change_connection", of_settings)
        click.echo("The key in RETURNGO_API_KEY is the one of this database from now on.")


@connections.command()
@click.argument("which", metavar="NAME")
@click.option("--yes", is_flag=True, help="Remove it without asking.")
@click.pass_obj
def remove(lazy: LazyCatalogue, which: str, yes: bool) -> None:
    """Forget a key, its tokens and its hooks. What it has told is deleted with the years."""
    with opened(lazy) as bridge:
        found = _kept(bridge, which)
        if not yes:
            click.confirm(f"Remove {found.label}, its tokens and its hooks?", abort=True)
        bridge.end_connection(found)
        _note(bridge, "remove_connection", found)
        click.echo(f"{found.label} is removed.")


def _note(bridge: Bridge, name: str, connection: Connection) -> None:
    bridge.deeds.note(COMMAND_LINE, name, connection=connection.id, about=connection.label)


def _kept(bridge: Bridge, name: str) -> Connection:
    found = bridge.connections.named(name)
    if found.id == OPERATOR:
        raise click.ClickException(
            f"{found.label} stands in RETURNGO_API_KEY and RETURNGO_SHOPS: change it there. Of a"
            " new key, tell the database: python -m connector connections accept-key."
        )
    return found


def _try(bridge: Bridge, connection: Connection, *, untried: bool) -> None:
    """See whether ReturnGO takes the key for each shop, for a call each."""
    if untried:
        return
    for shop in connection.shops:
        try:
            bridge.verification.verify(connection, shop)
        except ReturnGOError as error:
            raise click.ClickException(f"{shop}: {error}") from error
        click.echo(f"{shop}: ReturnGO takes the key.")


def _ask_for_key() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    key: str = click.prompt("The ReturnGO key (Settings > Integrations > API)", hide_input=True)
    return key.strip()


def _tokens(count: int) -> str:
    return f"{count or 'no'} {'token' if count == 1 else 'tokens'}"
