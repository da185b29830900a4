"""`make soak`: half an hour of load and troubles; writes its part of docs/reliability.md.

It ends with 1 when anything was lost, doubled, answered without a sentence, or failed while
nothing was down.
"""

import sys
from argparse import ArgumentParser
from itertools import chain
from pathlib import Path

from tests import marked
from tests.processes import ROOT
from tests.soak.report import report
from tests.soak.run import soaked

PAGE = ROOT / "docs" / "reliability.md"
NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


def main() -> int:
    """Run, print and write the tables."""
    options = ArgumentParser(prog="python -m tests.soak", description=__doc__)
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--database", choices=NAMES, default="postgresql")
    options.add_argument("--dry", action="store_true", help="leave the page as it is")
    options.add_argument("--logs", type=Path, help="a file for what the bridge writes")
    given = options.parse_args()
    with soaked(given.minutes * 60, given.database) as soak:
        found = report(soak, NAMES[given.database])
        if given.logs:
            given.logs.write_text("".join(chain.from_iterable(soak.service.logs)), encoding="utf-8")
    sys.stdout.write("\n".join([found.text, "", *found.amiss, ""]))
    if not given.dry:
        marked.put(PAGE, f"soak on {given.database}", f"{found.text}\n")
    return 1 if found.amiss else 0


if __name__ == "__main__":
    sys.exit(main())
