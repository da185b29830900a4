"""python -m connector backfill: bring in what happened before the first contact with a shop."""

import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

import click

from connector.cli.connection_option import connection_option
from connector.cli.lazy_catalogue import LazyCatalogue
from connector.cli.opened import opened
from connector.clock import SYSTEM_CLOCK
from connector.feed import Progress
from connector.returngo import QuotaReached
from schemas.reading import read_moment

EXIT_LATER = 75  # the exit code (EX_TEMPFAIL) when no calls are left
LINE_EVERY = 25  # RMAs


class PastMoment(click.ParamType[datetime]):
    """An ISO 8601 date or instant that has passed; without an offset it is UTC."""

    name = "date"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read it, or end the command with a sentence."""
        moment = read_moment(value)
        if moment is None:
            self.fail(f"{value!r} is neither a date, such as 2026-01-31, nor an instant.", param)
        if moment > SYSTEM_CLOCK.now():
            self.fail(f"{value!r} lies in the future.", param, ctx)
        return moment.replace(microsecond=0)  # as ReturnGO tells times


def _show(steps: Iterator[Progress]) -> None:
    """Show how far it has got: a bar on a terminal, else a line now and then."""
    for (resource, total), some in groupby(steps, key=lambda step: (step.resource, step.total)):
        say = Spoken()
        if total is None or not sys.stdout.isatty():
            _show_lines(some, say)
            continue
        with click.progressbar(
            length=total, label=f"Bringing in {resource}", show_pos=True, item_show_func=say
        ) as bar:
            for step in some:
                bar.update(step.done - bar.pos, step)


def _show_lines(steps: Iterator[Progress], say: "Spoken") -> None:
    for step in steps:
        if step.total is None:
            count = f"listed {step.done}"
        elif step.done % LINE_EVERY == 0 or step.done == step.total:
            count = f"brought in {step.done} of {step.total}"
        else:
            continue
        click.echo(f"{step.shop}: {count} {step.resource}; {say(step)}")


class Spoken:
    """Says of a step how fast it goes, what is left of the day's calls, and how long it takes."""

    def __init__(self) -> None:
        self._began: tuple[float, int] | None = None

    def __call__(self, step: Progress | None) -> str | None:
        """Put it into words; None where nothing was done yet."""
        if step is None:
            return None
        began, done = self._began = self._began or (time.monotonic(), step.done)
        seconds = max(1.0, time.monotonic() - began)
        words = [f"{(step.done - done) / seconds:.1f} a second"] if step.done > done else []
        words.append(f"{step.calls_left} calls left for reading")
        if step.days_left:
            words.append(f"{step.days_left} more {'day' if step.days_left == 1 else 'days'}")
        return ", ".join(words)


@click.command()
@click.option(
    "--since",
    type=PastMoment(),
    required=True,
    metavar="DATE",
    help="Bring in RMAs and transactions created since then: a date or an instant, UTC.",
)
@connection_option
@click.option("--shop", help="Only this one of the connection's shops.")
@click.option(
    "--emit/--quiet",
    default=False,
    help="Let triggers show what happened; by default the bridge only remembers it.",
)
@click.pass_obj
def backfill(
    lazy: LazyCatalogue, since: datetime, connection: str | None, shop: str | None, emit: bool
) -> None:
    """Bring in history; run it again to go on. Ends with 75 when the day's calls are spent."""
    with opened(lazy, goes_on=True) as bridge:
        chosen = bridge.connections.named(connection, shop)
        try:
            for each in chosen.shops_for(shop):
                _show(bridge.feed.backfill(chosen, each, since, emits=emit))
                click.echo(f"{each}: all since {since:%Y-%m-%d %H:%M} UTC is there.")
        except QuotaReached as error:
            later = SYSTEM_CLOCK.now() + timedelta(seconds=error.retry_after)
            click.echo(
                f"{error} Run the command again from {later:%Y-%m-%d %H:%M} UTC on.", err=True
            )
            sys.exit(EXIT_LATER)
