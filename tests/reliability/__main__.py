"""`make reliability`: writes the table of docs/reliability.md; HISTORIES, MINUTES: how long.

It ends with 1 when anything was missed, doubled or lost, or a history broke off.
"""

import os
import sys
import time

from tests import marked
from tests.processes import ROOT
from tests.reliability.run import run

PAGE = ROOT / "docs" / "reliability.md"
PART = "table"


def main() -> int:
    """Run, print and write the table."""
    histories = int(os.environ.get("HISTORIES", "10000"))
    minutes = float(os.environ.get("MINUTES", "20"))
    began = time.monotonic()
    tally = run(histories=histories, seconds=minutes * 60)
    took = (time.monotonic() - began) / 60
    broken = f" ({tally.broken:,} more broke off)" if tally.broken else ""
    text = f"{tally.histories:,} random histories in {took:.0f} minutes{broken}:\n\n{tally.table()}"
    sys.stdout.write(f"{text}\n")
    marked.put(PAGE, PART, f"{text}\n")
    return 0 if tally.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
