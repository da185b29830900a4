"""One rule for every field of every block, hook, query and connection: how what is sent is read."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema

import app
from connector.blocks import InvalidInput, read_input
from schemas.account import AccountCall
from schemas.fields import (
    Anything,
    Boolean,
    CommaList,
    DateTime,
    Described,
    Integer,
    Lines,
    Name,
    ObjectField,
    Text,
    TextList,
)
from schemas.fields.described import BLANKS
from schemas.hooks import DeliveriesCall, ReplayCall, WhichHook, subscribe_call

EDGES = st.text(alphabet=BLANKS, max_size=3)
SEND_AS_TEXT = "it comes from a sheet that has rounded it; send it as text."
PASSED_ON = (Anything, ObjectField)
USUAL: dict[type[Any], Any] = {
    Boolean: True,
    Integer: 7,
    DateTime: "2026-02-04T09:08:06Z",
    ObjectField: {},
    TextList: ["a"],
    Anything: {"a": "b"},
    Text: "abc",
}


def schemas() -> Iterator[type[Schema]]:
    """Yield all that a caller may send."""
    for block in app.CATALOGUE:
        yield block.input_schema
    for trigger in app.CATALOGUE.triggers.values():
        yield from (trigger.batch_schema, trigger.filter_schema, trigger.hook_schema)
    yield from (AccountCall, DeliveriesCall, ReplayCall, WhichHook)
    yield subscribe_call(tuple(app.CATALOGUE.triggers))


SCHEMAS = {each.__name__: each for each in schemas()}
every_schema = pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)


def usual(schema: Schema) -> dict[str, Any]:
    """Make a call that fills in every field, and is good."""
    return {
        name: [usual(field.shape)]
        if isinstance(field, Lines)
        else next(value for sort, value in USUAL.items() if isinstance(field, sort))
        if not isinstance(field, Described) or field.example is None
        else field.example
        for name, field in schema.fields.items()
    }


def padded(value: Any, edges: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Put blanks around every text within a value."""
    match value:
        case list():
            return st.tuples(*(padded(each, edges) for each in value)).map(list)
        case dict():
            return st.fixed_dictionaries(
                {name: padded(each, edges) for name, each in value.items()}
            )
        case _:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            return st.tuples(edges, st.just(text), edges).map("".join)


@every_schema
@given(data=st.data())
@settings(max_examples=10)
def test_blanks_around_a_value_are_nothing(schema: type[Schema], data: st.DataObject) -> None:
    # what is within others read: a hook's trigger its filters, ReturnGO a call
    within = {name for name, field in schema().fields.items() if type(field) in PASSED_ON}
    good = {name: value for name, value in usual(schema()).items() if name not in within}
    assert read_input(schema, data.draw(padded(good, EDGES))) == read_input(schema, good)


@every_schema
@pytest.mark.parametrize("blank", ["", "   ", "\n", "\xa0\u200b", None])
def test_a_blank_value_is_an_absent_one(schema: type[Schema], blank: Any) -> None:
    good = usual(schema())
    for name, field in schema().fields.items():
        without = {each: value for each, value in good.items() if each != name}
        if field.required:
            with pytest.raises(InvalidInput, match=f"{name}: is missing"):
                read_input(schema, {**good, name: blank})
        else:
            assert read_input(schema, {**good, name: blank}) == read_input(schema, without)


@every_schema
def test_a_whole_number_is_a_name_however_a_sheet_writes_it(schema: type[Schema]) -> None:
    for name, field in schema().fields.items():
        if isinstance(field, Name):
            good = {**usual(schema()), name: "9801505"}
            assert read_input(schema, good)[name] == "9801505"
            for typed in (9801505, "9801505.0", Decimal("9801505.0")):
                assert read_input(schema, {**good, name: typed}) == read_input(schema, good)


@every_schema
def test_a_rounded_number_is_no_text(schema: type[Schema]) -> None:
    for name, field in schema().fields.items():
        if isinstance(field, Text):
            with pytest.raises(InvalidInput) as caught:
                read_input(schema, {**usual(schema()), name: Decimal("9.400111899223398e21")})
            assert [each.field for each in caught.value.errors] == [name]
            detail = caught.value.errors[0].detail
            assert detail.endswith(SEND_AS_TEXT) or "accepted are" in detail


@every_schema
def test_every_field_that_names_a_thing_is_read_as_a_name(schema: type[Schema]) -> None:
    """What ends so is an id, a name or a key, and none of them is a sentence."""
    ends = ("_id", "order_name", "tracking_number", "_key")
    for name, field in schema().fields.items():
        assert isinstance(field, Name | CommaList) or not name.endswith(ends), name
