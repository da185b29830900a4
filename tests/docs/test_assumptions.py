import re

from tests.processes import ROOT

PAGE = (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8")


def test_each_assumption_is_listed_and_stands_marked_where_the_page_says():
    listed = dict(re.findall(r"^\| ([a-z-]+) \| .+? \| `(\S+?)` \|", PAGE, re.MULTILINE))
    assert listed, "the page lists assumptions"
    marked: dict[str, set[str]] = {}
    for folder in ("connector", "schemas", "triggers", "actions"):
        for path in (ROOT / folder).rglob("*.py"):
            if "sandbox" in path.parts:
                continue
            for name in re.findall(r"\[A\] ([a-z-]+)", path.read_text(encoding="utf-8")):
                marked.setdefault(name, set()).add(path.relative_to(ROOT).as_posix())
    assert marked == {name: {where} for name, where in listed.items()}
