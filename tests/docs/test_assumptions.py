import re

import app
from tests.processes import ROOT

PAGE = (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8")


def test_each_assumption_is_listed_and_stands_marked_where_the_page_says():
    listed = dict(re.findall(r"^\| ([a-z-]+) \| .+ \| `(\S+?)` \|", PAGE, re.MULTILINE))
    assert listed, "the page lists assumptions"
    marked: dict[str, set[str]] = {}
    for folder in ("connector", "schemas", "triggers", "actions"):
        for path in (ROOT / folder).rglob("*.py"):
            if "sandbox" in path.parts:
                continue
            for name in re.findall(r"\[A\] ([a-z-]+)", path.read_text(encoding="utf-8")):
                marked.setdefault(name, set()).add(path.relative_to(ROOT).as_posix())
    assert marked == {name: {where} for name, where in listed.items()}


def test_each_assumption_names_the_blocks_that_rest_on_it_and_they_name_it():
    listed = dict(re.findall(r"^\| ([a-z][a-z-]+) \| ([^|]+) \|", PAGE, re.MULTILINE))
    special = {name: blocks for name, blocks in listed.items() if not blocks.startswith("all")}
    resting: dict[str, list[str]] = {}
    for block in app.CATALOGUE:
        for name in block.assumes:
            resting.setdefault(name, []).append(block.label)
            assert name in block.description
    assert special == {name: ", ".join(sorted(labels)) for name, labels in resting.items()}
    assert len(special) < len(listed)
