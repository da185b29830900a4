"""`make years`: lives through three years of a store and writes the table into docs/running.md.

YEARS_RETURNS says how many returns a day, YEARS_MONTHS how many months, YEARS_KEEPS for how many
days events are kept. With 300 returns a day it takes hours.
"""

import logging
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from tests import marked
from tests.databases import sqlite_url
from tests.processes import ROOT
from tests.years.life import Life, Month

PAGE = ROOT / "docs" / "running.md"
PART = "years"
RETURNS = int(os.environ.get("YEARS_RETURNS", "300"))
MONTHS = int(os.environ.get("YEARS_MONTHS", "36"))
KEEPS = int(os.environ.get("YEARS_KEEPS", "90"))
SHOWN_EVERY = 3  # months


def main() -> None:
    """Live through it, say at each month's end how it goes, and write the page."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    lived: list[Month] = []
    began = time.monotonic()
    with TemporaryDirectory() as folder, sqlite_url(Path(folder)) as url:
        life = Life(url, returns_a_day=RETURNS, keeps_days=KEEPS)
        for month in life.months(MONTHS):
            lived.append(month)
            sys.stderr.write(f"{_row(month)}\n")
        life.close()
    text = table(lived, minutes=int((time.monotonic() - began) / 60))
    marked.put(PAGE, PART, text)
    sys.stdout.write(text)


def table(months: Sequence[Month], *, minutes: int) -> str:
    """Write the months as a table, each third of them and the last."""
    shown = [each for each in months if each.number in (1, 2) or each.number % SHOWN_EVERY == 0]
    rows = "\n".join(_row(each) for each in shown)
    return (
        f"{RETURNS} returns a day, events kept for {KEEPS} days; it took {minutes} minutes.\n\n"
        "| Month | returns so far | events | known of things | traces | told | file | a poll anew"
        " | recording, a call | longest step | memory |\n"
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        f"{rows}\n"
    )


def _row(month: Month) -> str:
    rows = month.rows
    cells = (
        *(f"{month.number}", f"{month.returns:,}", f"{rows['event']:,}", f"{rows['thing']:,}"),
        *(f"{rows['trace']:,}", f"{rows['told']:,}", f"{month.megabytes:,.0f} MB"),
        *(f"{month.poll:.1f} ms", f"{month.reading:.1f} ms"),
        *(f"{month.step:.0f} ms", f"{month.memory:.0f} MB"),
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
