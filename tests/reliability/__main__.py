"""`make reliability`: writes the table of docs/reliability.md; HISTORIES, MINUTES: how long.

It ends with 1 when anything was missed, doubled or lost, or a history broke off.
"""

import os
import re
import sys
import time

from tests.processes import ROOT
from tests.reliability.run import run

PAGE = ROOT / "docs" / "reliability.md"
MARKS = ("<!-- table: begin -->", "<!-- table: end -->")


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
    begin, end = MARKS
    page = PAGE.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    PAGE.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", page), encoding="utf-8")
    return 0 if tally.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
