"""`python -m tests.protections [WORD…]`: takes each protection away, and sees who notices.

With words, only of claims that have one of them. A line for each: `held` where every test that is
named failed, `NOT HELD` where one did not. JOBS: how many at a time, each in a copy of its own.
"""

import os
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from tests import marked
from tests.protections import REMOVALS
from tests.protections.copied import copied
from tests.protections.page import PAGE
from tests.protections.removal import Removal
from tests.protections.taking import HELD, take_away

PART = "protections"


def main(words: Iterable[str]) -> int:
    """Take away what is asked for; return 1 where something was not noticed."""
    wanted = [word.casefold() for word in words]
    removals = [
        each
        for each in REMOVALS
        if not wanted or any(word in each.claim.casefold() for word in wanted)
    ]
    jobs = int(os.environ.get("JOBS", "2"))
    began = time.monotonic()
    with TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(jobs):
            trees.put(copied(Path(folder, str(number))))

        def run(removal: Removal) -> str:
            tree = trees.get()
            try:
                return take_away(removal, tree)
            finally:
                trees.put(tree)

        verdicts = []
        for removal, verdict in zip(removals, pool.map(run, removals), strict=True):
            verdicts.append(verdict)
            sys.stdout.write(f"{verdict}: {removal.claim} ({removal.file})\n")
            sys.stdout.flush()
    minutes = (time.monotonic() - began) / 60
    told = _told(removals, verdicts, minutes)
    sys.stdout.write(f"{told}\n")
    if not wanted:
        marked.put(PAGE, PART, f"{told}\n")
    return 0 if set(verdicts) == {HELD} else 1


def _told(removals: list[Removal], verdicts: list[str], minutes: float) -> str:
    of = {each.claim for each in removals}
    return (
        f"{len(of)} claims, {len(removals)} protections taken away, {verdicts.count(HELD)} noticed,"
        f" {minutes:.0f} minutes."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
