"""python -m connector reseal: seal anew what a former SECRET_KEY or an earlier release sealed."""

import sys
import time
from collections.abc import Iterator

import click

from connector.cli.lazy_catalogue import LazyCatalogue
from connector.cli.opened import opened
from connector.idempotency.rekeying import Rekeying
from connector.store.resealing import Resealing

PAUSE = 0.02  # seconds, in which the bridge writes
SAY_EVERY = 1000  # values
EXIT_LEFT = 3


@click.command()
@click.pass_obj
def reseal(lazy: LazyCatalogue) -> None:
    """Seal all that is stored anew with the newest SECRET_KEY, while the bridge runs.

    First restart everything with the new SECRET_KEY before the old one. Stopped, it goes on when
    it is called again. Ends with 3 where something is left.
    """
    with opened(lazy) as bridge:
        resealing = Resealing(bridge.store, bridge.vault)
        rekeying = Rekeying(bridge.store, bridge.vault)
        left = resealing.left()
        click.echo(f"{left} values are to be sealed anew.")
        keys = sum(_slowly(rekeying.steps()))
        done = told = 0
        for some in _slowly(resealing.steps()):
            done += some
            if done - told >= SAY_EVERY:
                told = done
                click.echo(f"Sealed anew: {done}; {resealing.left()} are left.")
        left = resealing.left()
        click.echo(f"Sealed anew: {done} values and {keys} idempotency keys; {left} are left.")
        if left:
            click.echo(
                "The former SECRET_KEY has to stay: what is left was being written to, comes from"
                " a process that was not restarted with the new one, or opens with none of them"
                " (a warning says so). Run the command again.",
                err=True,
            )
        elif bridge.vault.is_being_replaced:
            _say_when(rekeying)
    if left:
        sys.exit(EXIT_LEFT)


def _slowly(steps: Iterator[int]) -> Iterator[int]:
    for done in steps:
        yield done
        time.sleep(PAUSE)


def _say_when(rekeying: Rekeying) -> None:
    until = rekeying.former_until()
    if until is None:
        click.echo("The former SECRET_KEY may go, once every process has been restarted.")
    else:
        click.echo(
            f"The former SECRET_KEY may go on {until:%Y-%m-%d %H:%M} UTC: until then it finds"
            " idempotency keys, and without it an action that is repeated could be done twice."
        )
    click.echo(
        "By it, transactions that were seen before the replacement are known to be unchanged:"
        " without it, each that ReturnGO lists again is told once as updated."
    )
