"""Reads the pages of docs/recipes: what they tell a person to set up, as steps that can be done.

docs/recipes/README.md says how the pages are written; whatever they hold beside that is refused.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import app
from connector.blocks import Block, json_schema
from tests.processes import ROOT

FOLDER = ROOT / "docs" / "recipes"
PAGES = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")

NOT_WORKFLOWS = ("You need", "What you should see", "What it costs", "If something goes wrong")
SORTS: dict[str, Mapping[str, Block]] = {
    "Trigger": app.CATALOGUE.triggers,
    "Action": app.CATALOGUE.actions,
    "Search": app.CATALOGUE.searches,
}
TAKES = ("Field", "Value")
GIVES = ("It gives", "For example")
MAPPED = re.compile(r"\{\{(\d+)\.([^{}]+)\}\}")
STEP = re.compile(r"### (\d+)\. ([^:]+): (.+)")
MEANWHILE = "> **Meanwhile:** "

Table = dict[str, str]


@dataclass
class Step:
    """A step of a workflow: a block of ours, or something that another app does."""

    number: int
    who: str
    what: str
    tables: dict[tuple[str, str], Table] = field(default_factory=dict)

    @cached_property
    def block(self) -> Block | None:
        """Find our block by its label; None where another app does the step."""
        if self.who not in SORTS:
            return None
        (block,) = (each for each in SORTS[self.who].values() if each.label == self.what)
        return block

    @property
    def takes(self) -> Table:
        """What is filled in, by the labels that people see."""
        return self.tables.get(TAKES, {})

    @property
    def gives(self) -> Table:
        """What another app answers, for example."""
        return self.tables.get(GIVES, {})

    @property
    def mapped(self) -> list[tuple[int, str]]:
        """What it takes from earlier steps: each step's number, and the path in its answer."""
        used = " ".join(self.takes.values())
        return [(int(number), path) for number, path in MAPPED.findall(used)]


@dataclass
class Workflow:
    """The steps under one heading. What happens at ReturnGO meanwhile stands there as a text."""

    title: str
    course: list[Step | str] = field(default_factory=list)

    @property
    def steps(self) -> list[Step]:
        """The steps alone."""
        return [each for each in self.course if isinstance(each, Step)]


@dataclass(frozen=True)
class Recipe:
    """A page."""

    path: Path
    workflows: list[Workflow]
    statements: list[str]

    @property
    def steps(self) -> list[Step]:
        """All steps of the page."""
        return [step for workflow in self.workflows for step in workflow.steps]


def read(path: Path) -> Recipe:
    """Read a page. Raises AssertionError where it is not written as the pages are."""
    workflows: list[Workflow] = []
    statements: list[str] = []
    for section in path.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        if title == "What you should see":
            bullets = re.split(r"^- ", body, flags=re.MULTILINE)[1:]
            statements = [" ".join(bullet.split()) for bullet in bullets]
        elif title not in NOT_WORKFLOWS:
            workflow = Workflow(title, list(_course(body)))
            workflows.append(_continued(workflow, workflows))
    return Recipe(path, workflows, statements)


def _course(body: str) -> Iterator[Step | str]:
    step: Step | None = None
    for block in re.split(r"\n\s*\n", body.strip()):
        if block.startswith("###"):
            heading = STEP.fullmatch(block)
            assert heading, f"This is no heading of a step: {block}"
            step = Step(int(heading[1]), heading[2], heading[3])
            yield step
        elif block.startswith(">"):
            quoted = " ".join(block.replace("\n> ", " ").split())
            assert quoted.startswith(MEANWHILE), f"Only Meanwhile is quoted: {block}"
            yield quoted.removeprefix(MEANWHILE)
        elif block.startswith("|"):
            assert step is not None, f"A table before any step: {block}"
            header, table = _table(block)
            assert header in (TAKES, GIVES), f"Step {step.number} has no table of {header}"
            assert header not in step.tables, f"Step {step.number} has two tables of {header}"
            step.tables[header] = table


def _table(block: str) -> tuple[tuple[str, str], Table]:
    rows = [
        tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
        for line in block.splitlines()
    ]
    (left, right), _, *lines = rows
    table = {_bare(name): _bare(value) for name, value in lines}
    assert len(table) == len(lines), f"A name stands twice in {block}"
    return (left, right), table


def _bare(cell: str) -> str:
    return cell[1:-1] if cell.startswith("`") and cell.endswith("`") else cell


def _continued(workflow: Workflow, before: list[Workflow]) -> Workflow:
    """Put the first steps before a branch, which says only what is other."""
    assert workflow.steps, f"“{workflow.title}” has no steps"
    first = workflow.steps[0].number
    if first > 1:
        trunk = before[-1].course
        end = next(
            i for i, each in enumerate(trunk) if isinstance(each, Step) and each.number == first
        )
        workflow.course[:0] = trunk[:end]
    numbers = [step.number for step in workflow.steps]
    assert numbers == [*range(1, len(numbers) + 1)], f"“{workflow.title}” counts {numbers}"
    return workflow


def field_names(block: Block) -> dict[str, str]:
    """Return the names of a block's fields by the labels that people see."""
    declared: Mapping[str, Any] = json_schema(block.input_schema)["properties"]
    names = {each["title"]: name for name, each in declared.items() if "title" in each}
    assert len(names) == len(declared), f"{block.label} has fields that people cannot tell apart"
    return names


def is_published(block: Block, path: str) -> bool:
    """Return whether a block's output schema has what a path such as `items.0.sku` leads to."""
    schema = json_schema(block.output_schema)
    for name in path.split("."):
        inner = schema.get("items") if name.isdigit() else schema.get("properties", {}).get(name)
        if inner is None:
            return False
        schema = inner
    return True


def follow(answer: Any, path: str) -> Any:
    """Take what a path such as `items.0.sku` leads to."""
    for name in path.split("."):
        answer = answer[int(name) if name.isdigit() else name]
    return answer
