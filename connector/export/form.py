"""What a platform's form shows of a block: its fields, in words that every platform has.

Everything is read from the one marshmallow schema that also validates the call.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marshmallow import Schema, missing

from connector.blocks import Block, Catalogue, Search
from connector.blocks.catalogue import ASSUMED
from schemas.calls import PLUMBING
from schemas.fields import (
    Amount,
    Anything,
    Boolean,
    CommaList,
    DateTime,
    Described,
    Group,
    Integer,
    Lines,
    TextList,
)

LIMIT = "limit"


class FieldKind(StrEnum):
    """What a field holds, as JSON: a text unless said otherwise."""

    TEXT = "text"
    WORDS = "words"
    """One word or several with commas between, as one text."""
    AMOUNT = "amount"
    """Money: a decimal number written as text."""
    MOMENT = "moment"
    """An instant: ISO 8601, UTC, as text."""
    INTEGER = "integer"
    BOOLEAN = "boolean"
    TEXTS = "texts"
    """A list of texts."""
    GROUP = "group"
    """An object, with `fields`."""
    LINES = "lines"
    """A list of objects, each with `fields`: line items."""
    ANYTHING = "anything"


KINDS: tuple[tuple[type[Described], FieldKind], ...] = (
    (Lines, FieldKind.LINES),
    (Group, FieldKind.GROUP),
    (TextList, FieldKind.TEXTS),
    (Anything, FieldKind.ANYTHING),
    (Boolean, FieldKind.BOOLEAN),
    (Integer, FieldKind.INTEGER),
    (DateTime, FieldKind.MOMENT),
    (Amount, FieldKind.AMOUNT),
    (CommaList, FieldKind.WORDS),
)


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One field of a form, or of what a block answers.

    `choices` are all the words that there are, `suggestions` those that are known; `choices_from`
    is the key of the drop-down that knows them at run time, which wants the fields named in
    `depends_on` (of the same form) to be filled in first.
    """

    name: str
    label: str
    help: str
    kind: FieldKind
    required: bool = False
    default: Any = None
    example: Any = None
    choices: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    choices_from: str | None = None
    depends_on: tuple[str, ...] = ()
    fields: tuple["FormField", ...] = ()


def form(catalogue: Catalogue, block: Block) -> tuple[FormField, ...]:
    """Return what a person fills in to use a block: what clients set for themselves is left out.

    What is required comes first.
    """
    shown = [
        field for field in fields_of(block.input_schema, catalogue) if field.name not in PLUMBING
    ]
    return tuple(sorted(shown, key=lambda field: not field.required))


def about(block: Block) -> str:
    """Return what a block does in a line, in plain text, without what only developers ask for."""
    told = [each for each in block.description.split("\n\n") if not each.startswith(ASSUMED)]
    return " ".join(" ".join(told).replace("*", "").split())


def answer(block: Block) -> tuple[FormField, ...]:
    """Return what a block gives, field by field, without ReturnGO's own words under `raw`."""
    return tuple(field for field in fields_of(block.output_schema) if field.name not in PLUMBING)


def in_markdown(form: Iterable[FormField], depth: int = 0) -> str:
    """Tell each field of a form in a line of Markdown, the fields of a line below it."""
    lines = []
    for field in form:
        must = ", required" if field.required else ""
        words = ", ".join(field.choices or field.suggestions)
        known = f" Such as: {words}." if words else ""
        lines.append(f"{'  ' * depth}- `{field.name}` ({field.label}{must}): {field.help}{known}")
        if field.fields:
            lines.append(in_markdown(field.fields, depth + 1))
    return "\n".join(lines)


def limit_of(search: Search) -> list[FormField]:
    """Return the field by which a search is told how much to find, where it has one."""
    return [field for field in fields_of(search.input_schema) if field.name == LIMIT]


def fields_of(
    schema: type[Schema] | Schema, catalogue: Catalogue | None = None
) -> tuple[FormField, ...]:
    """Read the fields of a schema, in their order."""
    declared = schema.fields if isinstance(schema, Schema) else schema().fields
    described = {name: field for name, field in declared.items() if isinstance(field, Described)}
    return tuple(
        _field(name, field, catalogue, set(described)) for name, field in described.items()
    )


def _field(
    name: str, field: Described, catalogue: Catalogue | None, siblings: set[str]
) -> FormField:
    is_closed = field.validate is not None and "choices" in vars(field.validate)
    return FormField(
        name=name,
        label=field.metadata["title"],
        help=field.metadata["description"],
        kind=next((kind for sort, kind in KINDS if isinstance(field, sort)), FieldKind.TEXT),
        required=field.required,
        default=None if field.load_default is missing else field.load_default,
        example=field.example,
        choices=field.words if is_closed else (),
        suggestions=() if is_closed else field.words,
        choices_from=_choices_from(field, catalogue),
        depends_on=_depends_on(name, field, catalogue, siblings),
        fields=_inner(field, catalogue),
    )


def _choices_from(field: Described, catalogue: Catalogue | None) -> str | None:
    """Return the name of the field's drop-down, if this catalogue has it."""
    if catalogue is None or field.choices_from not in catalogue.choices:
        return None
    return field.choices_from


def _depends_on(
    name: str, field: Described, catalogue: Catalogue | None, siblings: set[str]
) -> tuple[str, ...]:
    drop_down = _choices_from(field, catalogue)
    if catalogue is None or drop_down is None:
        return ()
    wanted = catalogue.choices[drop_down].input_schema().fields
    return tuple(each for each in wanted if each in siblings - {name})


def _inner(field: Described, catalogue: Catalogue | None) -> tuple[FormField, ...]:
    match field:
        case Lines():
            return fields_of(field.shape, catalogue)
        case Group():
            return fields_of(field.schema, catalogue)
        case _:
            return ()
