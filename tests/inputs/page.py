"""docs/inputs.md: the tables of what is sent, and of what two builds answer."""

import re
from collections.abc import Iterator, Mapping, Sequence

from tests import marked
from tests.inputs.corpus import CORPUS
from tests.marked import marks
from tests.processes import ROOT

PAGE = ROOT / "docs" / "inputs.md"
PART = "answers"
HEAD = "| What is sent | Today | Before |\n| --- | --- | --- |\n"
SAME = "the same"
ROW = re.compile(r"(?<!\\)\|")

Answers = Mapping[str, Sequence[str]]


def written(today: Answers, before: Answers) -> str:
    """Write the tables."""
    return "\n".join(_table(kind, today[kind], before[kind]) for kind in CORPUS)


def _table(kind: str, today: Sequence[str], before: Sequence[str]) -> str:
    rows = [
        f"| {_code(sent.label)} | {_cell(now)} | {SAME if now == then else _cell(then)} |\n"
        for sent, now, then in zip(CORPUS[kind], today, before, strict=True)
    ]
    return f"### {kind}\n\n{HEAD}{''.join(rows)}"


def _code(label: str) -> str:
    shown = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in label)
    return f"`{shown}`".replace("|", "\\|")


def _cell(answer: str) -> str:
    shown = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in answer)
    return " ".join(shown.split()).replace("|", "\\|").replace("<", "&lt;")


def shown_today(page: str) -> dict[str, list[str]]:
    """Return what the page says that today's build answers, by kind, as its cells stand."""
    return {kind: [cells[1] for cells in rows] for kind, rows in _tables(page)}


def cells_of(answers: Answers) -> dict[str, list[str]]:
    """Return answers as the cells of the page."""
    return {kind: [_cell(each) for each in own] for kind, own in answers.items()}


def labels_of(page: str) -> dict[str, list[str]]:
    """Return what the page says is sent, by kind."""
    return {kind: [cells[0] for cells in rows] for kind, rows in _tables(page)}


def labels() -> dict[str, list[str]]:
    """Return what is sent, as the cells of the page."""
    return {kind: [_code(each.label) for each in corpus] for kind, corpus in CORPUS.items()}


def _tables(page: str) -> Iterator[tuple[str, list[list[str]]]]:
    begin, end = marks(PART)
    _, _, rest = page.partition(begin)
    for table in rest.partition(end)[0].split("### ")[1:]:
        kind, _, body = table.partition("\n")
        lines = [line for line in body.splitlines() if line.startswith("|")][2:]
        yield kind, [[cell.strip() for cell in ROW.split(line)[1:-1]] for line in lines]


def put(tables: str, counts: str) -> None:
    """Write the tables and how many there are into the page."""
    marked.put(PAGE, PART, f"{counts}\n\n{tables}")
