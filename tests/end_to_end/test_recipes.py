"""Each page of docs/recipes is followed as it stands, step by step, against real processes.

No real carrier, warehouse or gateway takes part: where a page has another app do something, the
example that the page gives is its answer. What a page says of ReturnGO is done and checked at the
sandbox. A page that says anything that is not known here fails.
"""

import re
from pathlib import Path

import pytest

from tests.end_to_end.recipe_claims import MEANWHILE, OUTSIDE, STATEMENTS
from tests.end_to_end.recipe_run import Run
from tests.end_to_end.recipes import (
    FOLDER,
    GIVES,
    PAGES,
    SORTS,
    TAKES,
    Step,
    field_names,
    is_published,
    read,
)
from tests.end_to_end.standing import leave_standing
from tests.processes import ROOT, Bridge, Sandbox


@pytest.fixture
def real_sandbox(real_sandbox: Sandbox) -> Sandbox:
    """Let returns stand there before any bridge meets them."""
    leave_standing(real_sandbox)
    return real_sandbox


every_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)


@every_page
def test_following_a_page_leads_to_what_it_says(
    path: Path, real_sandbox: Sandbox, real_bridge: Bridge
):
    run = Run(real_sandbox, real_bridge, read(path))
    run.follow(MEANWHILE, OUTSIDE)
    for statement in run.recipe.statements:
        STATEMENTS[statement](run)


@every_page
def test_a_page_has_steps_and_says_what_is_to_be_seen_and_what_may_go_wrong(path: Path):
    page = read(path)
    assert page.workflows
    assert page.statements
    text = path.read_text(encoding="utf-8")
    for heading in ("You need", "What you should see", "If something goes wrong"):
        assert f"\n## {heading}\n" in text


@every_page
def test_a_page_fills_in_fields_by_the_labels_that_people_see(path: Path):
    for step in read(path).steps:
        if step.block is not None:
            assert step.tables.keys() <= {TAKES}
            assert step.takes.keys() <= field_names(step.block).keys(), step
        else:
            assert step.who not in SORTS, f"There is no {step.who} with the label {step.what}"
            assert step.tables, f"Step {step.number}, {step.what}, has no table"
            assert step.tables.keys() <= {TAKES, GIVES}, step


@every_page
def test_a_page_maps_only_what_earlier_steps_publish(path: Path):
    for workflow in read(path).workflows:
        for step in workflow.steps:
            for number, output in step.mapped:
                assert number < step.number, f"Step {step.number} maps what comes later"
                source = workflow.steps[number - 1]
                if source.block is None:
                    assert output in source.gives, f"{source.what} does not give {output}"
                else:
                    assert is_published(source.block, output), f"{source.what} has no {output}"


@every_page
def test_an_address_on_a_page_names_a_call_and_its_fields(path: Path):
    text = path.read_text(encoding="utf-8")
    blocks = {each.key: each for sort in SORTS.values() for each in sort.values()}
    for key, query in re.findall(r"/v1/actions/(\w+)\?([^`]+)`", text):
        given = {pair.partition("=")[0] for pair in query.split("&")}
        assert given <= {*field_names(blocks[key]).values()}


@every_page
def test_every_action_of_a_page_is_done_once_and_in_the_right_shop(path: Path):
    keys: set[tuple[int, str, str]] = set()
    steps: dict[int, Step] = {}
    for workflow in read(path).workflows:
        for step in workflow.steps:
            if step.who in ("Action", "Search"):
                assert step.takes.get("Shop"), f"{step.what} is not told its shop"
            if step.who == "Action" and id(step) not in steps:
                steps[id(step)] = step
                assert step.takes["Shop"] == "{{1.shop}}"
                assert "{{1.id}}" in step.takes["Idempotency Key"]
                key = (id(workflow.steps[0]), step.what, step.takes["Idempotency Key"])
                assert key not in keys, f"{step.what} stands twice with the same key"
                keys.add(key)


def test_what_happens_at_returngo_and_what_is_to_be_seen_stands_on_the_pages():
    pages = [read(path) for path in PAGES]
    happenings = {
        each
        for page in pages
        for workflow in page.workflows
        for each in workflow.course
        if isinstance(each, str)
    }
    assert happenings == MEANWHILE.keys()
    assert {each for page in pages for each in page.statements} == STATEMENTS.keys()
    given = {value for page in pages for step in page.steps for value in step.gives.values()}
    assert {value for value in given if value.startswith("*")} == OUTSIDE.keys()


def test_the_index_lists_every_page_and_is_found_from_the_other_docs():
    index = FOLDER / "README.md"
    assert {*PAGES, FOLDER.parent / "using.md"} <= linked_from(index)
    for path in (ROOT / "README.md", ROOT / "docs" / "using.md"):
        assert index in linked_from(path)


@pytest.mark.parametrize("path", [*PAGES, FOLDER / "README.md"], ids=lambda path: path.stem)
def test_every_link_of_a_page_leads_somewhere(path: Path):
    links = linked_from(path)
    assert links
    assert [link for link in links if not link.exists()] == []


def linked_from(path: Path) -> set[Path]:
    found = re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8"))
    local = {link for link in found if "://" not in link}
    return {(path.parent / link).resolve() for link in local}
