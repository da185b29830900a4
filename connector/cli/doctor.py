"""python -m connector doctor: check the set-up, and ask ReturnGO what is assumed of it."""

import logging
import sys
import textwrap
from pathlib import Path

import click
import simplejson

from connector import logs
from connector.bridge import Bridge
from connector.cli.connection_option import connection_option
from connector.cli.lazy_catalogue import LazyCatalogue
from connector.config import SettingError, Settings, load
from connector.connections import (
    AnotherKey,
    Connection,
    Connections,
    ForeignShop,
    NoSuchConnection,
)
from connector.doctor import (
    Check,
    CheckState,
    Examination,
    Setup,
    Told,
    database_file,
    not_ours,
    report,
    settings_read,
    unusable,
)
from connector.store import StoreUnavailable, WrongSecretKey

CALLS = 30
WIDTH = 100
NOT_STARTED = 2


@click.command()
@connection_option
@click.option("--shop", help="Ask in this one of the connection's shops; by default in the first.")
@click.option(
    "--calls",
    type=click.IntRange(min=0),
    default=CALLS,
    show_default=True,
    help="Calls at most to ask what is assumed of ReturnGO; 0 checks the set-up only.",
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Write a report for a bug report to this file: shapes and words, no personal data.",
)
@click.pass_obj
def doctor(
    lazy: LazyCatalogue,
    connection: str | None,
    shop: str | None,
    calls: int,
    report_file: Path | None,
) -> None:
    """Check the set-up, and ask ReturnGO, by reads only, whether what is assumed of it holds.

    Ends with 1 where something is to mend, with 2 where it could not start.
    """
    logs.configure(logging.CRITICAL)  # what went wrong is told in sentences
    try:
        settings = load()
    except SettingError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(NOT_STARTED)
    checks = [settings_read()]
    _show_check(checks[0])
    try:
        examination = _open(lazy, settings, connection, shop, calls)
    except StoreUnavailable as error:
        _show_check(unusable(error))
        sys.exit(1)
    except (AnotherKey, WrongSecretKey) as error:
        _show_check(not_ours(error))
        sys.exit(1)
    except ForeignShop as error:
        raise click.BadParameter(str(error), param_hint="--shop") from error
    except NoSuchConnection as error:
        raise click.BadParameter(str(error), param_hint="--connection") from error
    click.echo(f"ReturnGO is asked {examination.watched.most} times at most, and only to read.\n")
    examination.checked += checks
    for check in examination.check():
        _show_check(check)
    if calls:
        _probe(examination)
    to_mend = sum(check.state is CheckState.TO_MEND for check in examination.checked)
    click.echo(f"\n{examination.watched.made} calls were made; {to_mend or 'nothing'} to mend.")
    if report_file is not None:
        text = simplejson.dumps(report(examination), indent=1, use_decimal=True)
        report_file.write_text(f"{text}\n", encoding="utf-8")
        click.echo(f"The report stands in {report_file}: shapes and words, no personal data.")
    sys.exit(1 if to_mend else 0)


def _open(
    lazy: LazyCatalogue, settings: Settings, connection: str | None, shop: str | None, calls: int
) -> Examination:
    path = database_file(settings.database_url)
    is_new = path is not None and not path.exists()
    bridge = Bridge.open(settings, lazy.catalogue)
    setup = Setup.of(bridge, _chosen(bridge.connections, connection, shop), is_new=is_new)
    return Examination.of(setup, calls=calls, shop=shop)


def _chosen(connections: Connections, name: str | None, shop: str | None) -> Connection | None:
    """Return the connection that is looked at, None where the bridge keeps none."""
    try:
        return connections.named(name, shop)
    except NoSuchConnection:
        if name is None:
            return None
        raise


def _probe(examination: Examination) -> None:
    is_first = True
    try:
        for name, told in examination.probe():
            if is_first:
                click.echo(f"\nWhat is assumed of ReturnGO, asked in {examination.shop}:\n")
                is_first = False
            _show_told(name, told)
    except StoreUnavailable as error:
        click.echo(f"\nWhat ReturnGO answers cannot be remembered: {error}.")


def _show_check(check: Check) -> None:
    _show(check.state, check.name, check.seen, check.mend)


def _show_told(name: str, told: Told) -> None:
    _show(told.verdict, name, told.seen, told.to_do)


def _show(word: str, name: str, seen: str, to_do: str | None) -> None:
    lines = [f"{word:<12}{name}: {seen}", *([] if to_do is None else [f"{'':<12}-> {to_do}"])]
    for line in lines:
        click.echo(
            textwrap.fill(
                line,
                WIDTH,
                subsequent_indent=" " * 15,
                break_long_words=False,
                break_on_hyphens=False,
                replace_whitespace=False,
            )
        )
