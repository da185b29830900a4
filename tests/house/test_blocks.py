"""The rules of the house: each holds for every block of the catalogue at once."""

import re
from collections.abc import Iterator

import pytest
from jsonschema import Draft202012Validator
from marshmallow import Schema

import app
from connector.blocks import Action, Block, Choice, Search, Trigger, json_schema
from schemas.calls import ABSENT
from schemas.fields import Anything, DateTime, Described, Group, Lines
from schemas.reading import read_moment
from tests.house.sources import ROOT

TRIGGERS = list(app.CATALOGUE.triggers.values())
ACTIONS = list(app.CATALOGUE.actions.values())
SEARCHES = list(app.CATALOGUE.searches.values())
CHOICES = list(app.CATALOGUE.choices.values())
BLOCKS: list[Block] = list(app.CATALOGUE)

KEY = re.compile(r"[a-z][a-z0-9_]*")
SMALL_WORDS = {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to"}
# Swagger UI fills examples in, and no event is there under an id that was made up.
NAMES_AN_EVENT = {"after", "before"}
UNSEEN = "Not seen: "
LONGEST_HELP = 1000  # Zapier's

each_block = pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.key)
each_trigger = pytest.mark.parametrize("block", TRIGGERS, ids=lambda block: block.key)
each_action = pytest.mark.parametrize("block", ACTIONS, ids=lambda block: block.key)
each_search = pytest.mark.parametrize("block", SEARCHES, ids=lambda block: block.key)
each_choice = pytest.mark.parametrize("block", CHOICES, ids=lambda block: block.key)


def fields_of(schema: type[Schema] | Schema, prefix: str = "") -> Iterator[tuple[str, Described]]:
    """Go through the fields of a schema and of what is nested in it."""
    whole = schema if isinstance(schema, Schema) else schema()
    for name, field in whole.fields.items():
        assert isinstance(field, Described), f"{prefix}{name} carries no words"
        yield f"{prefix}{name}", field
        if isinstance(field, Group):
            assert isinstance(field.schema, Schema)
            yield from fields_of(field.schema, f"{prefix}{name}.")
        if isinstance(field, Lines):
            yield from fields_of(field.shape, f"{prefix}{name}[].")


def is_title_case(label: str) -> bool:
    words = re.split(r"[ -]", label)
    return all(word[:1].isupper() or word[:1].isdigit() or word in SMALL_WORDS for word in words)


def first_line(block: Block) -> str:
    return block.description.splitlines()[0]


def test_there_are_blocks_to_hold_to_the_rules() -> None:
    assert TRIGGERS
    assert ACTIONS
    assert SEARCHES
    assert CHOICES


@each_trigger
def test_a_trigger_says_when_it_triggers(block: Trigger) -> None:
    assert re.fullmatch(r"Triggers when .+\.", first_line(block))


@each_trigger
def test_a_trigger_says_what_it_cannot_see(block: Trigger) -> None:
    unseen = [each for each in block.description.split("\n\n") if each.startswith(UNSEEN)]
    assert [len(each) > len(UNSEEN) + 20 for each in unseen] == [True]


@each_trigger
def test_a_sample_is_an_event_of_the_trigger(block: Trigger) -> None:
    sample = block.sample()
    assert block.admits(sample, {})
    assert block.status in (None, sample.get("status"))


@each_trigger
def test_what_a_trigger_asks_by_is_a_filter_and_a_part_of_the_topic(block: Trigger) -> None:
    assert set(block.asks_by) <= set(block.input().fields) & {"status", "days"}


@pytest.mark.parametrize("block", [*ACTIONS, *SEARCHES], ids=lambda block: block.key)
def test_an_action_and_a_search_say_what_they_do(block: Block) -> None:
    assert re.fullmatch(r"[A-Z][a-z]*s .+\.", first_line(block))


@each_choice
def test_a_choice_says_what_it_offers(block: Choice) -> None:
    assert re.fullmatch(r"The .+\.", first_line(block))


@each_block
def test_a_description_is_made_of_sentences(block: Block) -> None:
    assert all(each.rstrip().endswith(".") for each in block.description.split("\n\n"))


@each_block
def test_a_label_is_in_title_case_and_fits_zapier(block: Block) -> None:
    assert 2 <= len(block.label) <= 64
    assert is_title_case(block.label)
    assert block.noun
    assert is_title_case(block.noun)


@each_block
def test_a_key_fits_every_platform(block: Block) -> None:
    assert KEY.fullmatch(block.key)
    assert len(block.key) >= 2


@each_block
def test_every_field_has_words_of_its_own(block: Block) -> None:
    for schema in (block.input_schema, block.output_schema):
        for name, field in fields_of(schema):
            label, text = field.metadata["title"], field.metadata["description"]
            assert is_title_case(label), f"{name}: {label}"
            assert text.endswith("."), name
            assert text.rstrip(".") != label, name
            assert len(text) <= LONGEST_HELP, name
            assert not re.search(r"\s{2}|\n", text), name


@each_block
def test_every_field_has_an_example_where_one_makes_sense(block: Block) -> None:
    for name, field in fields_of(block.input_schema):
        assert field.example is not None, name
        assert (field.example == ABSENT) == (name in NAMES_AN_EVENT), name
    for name, field in fields_of(block.output_schema):
        assert field.example is not None or isinstance(field, Anything), name


@each_block
def test_no_two_fields_beside_each_other_have_the_same_label(block: Block) -> None:
    for schema in (block.input_schema, block.output_schema):
        labels = [field.metadata["title"] for field in schema().fields.values()]
        assert len(labels) == len(set(labels)) != 0


@each_block
def test_the_examples_of_an_input_are_accepted(block: Block) -> None:
    sent = {name: field.example for name, field in block.input_schema().fields.items()}  # type: ignore[attr-defined]
    given = {name: example for name, example in sent.items() if example is not None}
    Draft202012Validator(json_schema(block.input_schema)).validate(given)
    assert block.input_schema().load(given)


@each_block
def test_a_sample_is_as_published_and_has_an_id(block: Block) -> None:
    sample = block.sample()
    Draft202012Validator(json_schema(block.output_schema)).validate(sample)
    assert isinstance(sample["id"], str)
    assert sample["id"]


@each_block
def test_every_time_in_a_sample_carries_its_zone(block: Block) -> None:
    moments = [field for _, field in fields_of(block.output_schema) if isinstance(field, DateTime)]
    for field in moments:
        assert re.search(r"(Z|[+-]\d\d:\d\d)\Z", field.example), field.name
        assert read_moment(field.example) is not None, field.name


@each_block
def test_the_schemas_are_valid_json_schema(block: Block) -> None:
    for schema in (block.input_schema, block.output_schema):
        Draft202012Validator.check_schema(json_schema(schema))


@each_trigger
def test_a_filter_is_named_after_the_field_that_it_looks_at(block: Trigger) -> None:
    looked_at = {
        field.looks_at or name
        for name, field in block.input().fields.items()
        if isinstance(field, Described)
    }
    assert looked_at <= set(block.output().fields)


@each_block
def test_no_field_of_a_block_hides_a_common_one(block: Block) -> None:
    own, common = set(block.input().fields), set(block.common_input().fields)
    assert own & common == set()
    # A trigger's event has an id of its own, which stands before the thing's.
    hidden = set(block.output().fields) & set(block.common_output().fields)
    assert hidden <= ({"id"} if isinstance(block, Trigger) else set())


@each_trigger
def test_a_trigger_has_a_test_of_its_own(block: Trigger) -> None:
    assert "\ndef test_" in (ROOT / f"tests/triggers/test_{block.key}.py").read_text()


@each_action
def test_an_action_has_a_test_of_its_own(block: Action) -> None:
    assert "\ndef test_" in (ROOT / f"tests/actions/test_{block.key}.py").read_text()


@each_search
def test_a_search_has_a_test_of_its_own(block: Search) -> None:
    assert "\ndef test_" in (ROOT / f"tests/actions/test_{block.key}.py").read_text()


@each_choice
def test_a_choice_has_a_test_of_its_own(block: Choice) -> None:
    assert "\ndef test_" in (ROOT / f"tests/choices/test_{block.key}.py").read_text()


@each_block
def test_a_block_has_a_fixture(block: Block) -> None:
    assert (ROOT / f"tests/fixtures/{block.key}.json").is_file()


@each_block
def test_a_drop_down_exists_and_what_it_needs_stands_beside_the_field(block: Block) -> None:
    named = dict(fields_of(block.input_schema))
    for name, field in named.items():
        if field.choices_from is None:
            continue
        choice = app.CATALOGUE.choices[field.choices_from]
        needed = {need for need, each in choice.input().fields.items() if each.required}
        # beside it, or beside the list in which it stands
        path = re.split(r"(?<=\.)", name)[:-1]
        reach = ["".join(path[:depth]) for depth in range(len(path) + 1)]
        for need in needed:
            assert any(f"{prefix}{need}" in named for prefix in reach), f"{name} lacks {need}"


@each_block
def test_what_a_block_assumes_is_listed(block: Block) -> None:
    page = (ROOT / "docs/assumptions.md").read_text()
    assert all(f"| {name} |" in page for name in block.assumes)


def test_no_key_is_used_twice() -> None:
    keys = [block.key for block in BLOCKS if not isinstance(block, Choice)]
    assert len(keys) == len(set(keys))
