"""`python -m tests.inputs`: puts the corpus to two builds and writes the tables of docs/inputs.md.

The build of before is the revision below, taken out of git into a folder of its own, and run by
the same interpreter. It needs the whole history; without, it says so and writes nothing.
"""

import io
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.inputs.asking import answers
from tests.inputs.page import Answers, put, written
from tests.inputs.wires import over_http
from tests.processes import OURS, ROOT, Code
from tests.tools import path_of

BEFORE = "11b441377b29c566e7b9d651ee048eeaefea0452"  # the last one without the rules of inputs


def main() -> int:
    """Ask both, and write the page."""
    with TemporaryDirectory() as folder:
        old, new, code = (Path(folder, name) for name in ("old", "new", "code"))
        for each in (old, new, code):
            each.mkdir()
        archive = subprocess.run(
            [path_of("git"), "archive", BEFORE], cwd=ROOT, capture_output=True, check=False
        )
        if archive.returncode:
            sys.stderr.write(f"{BEFORE} is not in this repository: fetch its whole history.\n")
            return 1
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
            tar.extractall(code, filter="data")
        before, today = (_answers(*each) for each in ((old, Code(code)), (new, OURS)))
    put(written(today, before), counted(today, before))
    return 0


def _answers(folder: Path, code: Code) -> Answers:
    with over_http(folder, code) as wire:
        return answers(wire, datetime.now(UTC))


def counted(today: Answers, before: Answers) -> str:
    """Say how many inputs there are, and how many are answered otherwise than before."""
    pairs = [pair for kind in today for pair in zip(today[kind], before[kind], strict=True)]
    differ = sum(one != other for one, other in pairs)
    taken, refused = (
        sum(_is_good(one) == good and _is_good(other) != good for one, other in pairs)
        for good in (True, False)
    )
    return (
        f"Of {len(pairs)} inputs, {differ} are answered otherwise than before: {taken} are taken"
        f" that were refused, {refused} are refused that were taken, and"
        f" {differ - taken - refused} are answered by another sentence or read otherwise."
    )


def _is_good(answer: str) -> bool:
    return answer.startswith("2")


if __name__ == "__main__":
    sys.exit(main())
