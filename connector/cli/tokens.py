"""python -m connector tokens: who may call the bridge, for what."""

from collections.abc import Sequence
from datetime import timedelta

import click

from connector.bridge import Bridge
from connector.cli.connection_option import connection_option
from connector.cli.lazy_catalogue import LazyCatalogue
from connector.cli.opened import COMMAND_LINE, opened
from connector.clock import SYSTEM_CLOCK
from connector.connections import MOST_CALLS, Scope, Token, read_shop_name

USUAL = (Scope.READ, Scope.ACT, Scope.HOOKS)


@click.group()
def tokens() -> None:
    """Make, list and revoke tokens: one for each workflow, so that each can be taken back alone."""


@tokens.command(name="list")
@connection_option
@click.pass_obj
def list_(lazy: LazyCatalogue, connection: str | None) -> None:
    """List the tokens, without what is secret of them."""
    with opened(lazy) as bridge:
        known = {each.id: each.label for each in bridge.connections.all()}
        only = None if connection is None else bridge.connections.named(connection).id
        today = bridge.budget.allowances.today(SYSTEM_CLOCK.now())
        for each in bridge.connections.tokens.all(only):
            described = f"{_described(each)}; {today.get(each.id, 0)} calls today"
            click.echo(f"{known.get(each.connection, '?')}: {described}")


@tokens.command()
@click.argument("name")
@connection_option
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([each.value for each in Scope]),
    help="What it may do: read (poll and search), act (change returns and money), hooks"
    " (subscribe), raw (see what ReturnGO sent), any_call (API Request), admin (all). Several times"
    " for several; by default the first three.",
)
@click.option(
    "--shop",
    "shops",
    multiple=True,
    metavar="SHOP",
    help="Only these of the connection's shops; by default all, also those that come later.",
)
@click.option("--days", type=click.IntRange(min=1), help="Days until it expires; by default never.")
@click.option(
    "--calls-a-minute",
    type=click.IntRange(1, MOST_CALLS),
    help="Calls to ReturnGO that it may make a minute; by default what TOKEN_MINUTE_LIMIT says.",
)
@click.option(
    "--calls-a-day",
    type=click.IntRange(1, MOST_CALLS),
    help="Calls to ReturnGO that it may make a day, the last tenth of them for actions; by default"
    " what TOKEN_DAILY_LIMIT says.",
)
@click.pass_obj
def add(
    lazy: LazyCatalogue,
    name: str,
    connection: str | None,
    scopes: Sequence[str],
    shops: Sequence[str],
    days: int | None,
    calls_a_minute: int | None,
    calls_a_day: int | None,
) -> None:
    """Make a token called NAME, as the workflow that uses it. It is shown this once."""
    with opened(lazy) as bridge:
        chosen = bridge.connections.named(connection)
        narrowed = tuple(chosen.shop(read_shop_name(each)) for each in shops)
        made = bridge.connections.tokens.add(
            chosen.id,
            name,
            [Scope(each) for each in scopes] or USUAL,
            shops=narrowed or None,
            expires_at=None if days is None else SYSTEM_CLOCK.now() + timedelta(days=days),
            minute_limit=calls_a_minute,
            daily_limit=calls_a_day,
        )
        _note(bridge, "make_token", made.token)
        click.echo(made.text)
        click.echo(f"{chosen.label}: {_described(made.token)}", err=True)


@tokens.command()
@click.argument("which", metavar="TOKEN")
@click.pass_obj
def revoke(lazy: LazyCatalogue, which: str) -> None:
    """Take a token back, named by its name, its first characters, or itself."""
    with opened(lazy) as bridge:
        found = [
            each
            for each in bridge.connections.tokens.all()
            if each.name == which or which.startswith(each.prefix)
        ]
        if len(found) != 1:
            raise click.ClickException(
                f"{len(found) or 'No'} tokens are called so: name one by its first characters, as"
                " `tokens list` shows them."
            )
        bridge.end_token(found[0])
        _note(bridge, "revoke_token", found[0])
        click.echo(
            f"{found[0].name} is revoked: from now on it is refused, and its hooks have ended."
        )


def _note(bridge: Bridge, name: str, token: Token) -> None:
    bridge.deeds.note(COMMAND_LINE, name, connection=token.connection, about=token.title)


def _described(token: Token) -> str:
    words = [token.title, f"may {', '.join(sorted(token.scopes))}"]
    if token.shops is not None:
        words.append(f"only for {', '.join(token.shops)}")
    words.append(
        "never used" if token.used_at is None else f"used {token.used_at:%Y-%m-%d %H:%M} UTC"
    )
    if token.expires_at is not None:
        verb = "expired" if token.has_expired(SYSTEM_CLOCK.now()) else "expires"
        words.append(f"{verb} {token.expires_at:%Y-%m-%d}")
    words.append(f"calls of ReturnGO: {token.allowance.words}")
    return "; ".join(words)
