"""Opening a bridge for a command: a failure ends it with a sentence."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import click

from connector import logs
from connector.bridge import Bridge
from connector.cli.lazy_catalogue import LazyCatalogue
from connector.config import SettingError, load
from connector.connections import AnotherKey, ConnectionRefused, ForeignShop, NoSuchConnection
from connector.deeds import Doer
from connector.returngo import ReturnGOError
from connector.store import StoreUnavailable, WrongSecretKey

COMMAND_LINE = Doer("the command line")
SENTENCES = (AnotherKey, ConnectionRefused, NoSuchConnection, SettingError, WrongSecretKey)


@contextmanager
def opened(lazy: LazyCatalogue, *, goes_on: bool = False, claims: bool = True) -> Iterator[Bridge]:
    """Open the bridge of the environment's settings, for the length of the block.

    What goes wrong in it ends the command, as by `sentences`. `claims` as of `Bridge.open`.
    """
    logs.configure(logging.WARNING)
    with sentences(goes_on=goes_on):
        bridge = Bridge.open(load(), lazy.catalogue, claims=claims)
        try:
            yield bridge
        finally:
            bridge.close()


@contextmanager
def sentences(*, goes_on: bool = False) -> Iterator[None]:
    """End the command with a sentence where something cannot be done.

    One that `goes_on` where ReturnGO has failed it, says so.
    """
    try:
        yield
    except StoreUnavailable as error:
        raise click.ClickException(f"DATABASE_URL cannot be used: {error}.") from error
    except ForeignShop as error:
        raise click.BadParameter(str(error), param_hint="--shop") from error
    except ReturnGOError as error:
        again = " Run the command again to go on." if goes_on else ""
        raise click.ClickException(f"{error}{again}") from error
    except SENTENCES as error:
        raise click.ClickException(str(error)) from error
