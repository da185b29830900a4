"""Fields that hold objects, and what is done with all fields of an object."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from marshmallow import Schema, fields

from schemas.fields.described import Described, trim
from schemas.fields.written import read_written


class Group(Described, fields.Nested):
    """An object within the object."""

    def __init__(self, label: str, about: str, shape: type[Schema], **options: Any) -> None:
        super().__init__(label, about, nested=shape, **options)

    def _serialize(self, *args: Any, **_: Any) -> Any:
        return self.schema.dump(args[0]) if isinstance(args[0], Mapping) else None

    def forgive(self, value: Any) -> Any:
        """Forgive each field."""
        return forgive(self.schema, value) if isinstance(value, Mapping) else value

    @property
    def example(self) -> Any:
        """Give the nested object's sample."""
        return sample_of(self.schema)


class Lines(Described, fields.List[Any]):
    """A list of objects: line items."""

    def __init__(self, label: str, about: str, shape: type[Schema], **options: Any) -> None:
        super().__init__(label, about, cls_or_instance=fields.Nested(shape), **options)
        self.shape = shape()

    def _serialize(self, value: Any, *_: Any, **__: Any) -> list[Any] | None:
        if value is None:  # not told, as in the rows of a list: that is not the same as none
            return None
        rows = value if isinstance(value, list) else []
        return cast(
            "list[Any]", self.shape.dump([r for r in rows if isinstance(r, Mapping)], many=True)
        )

    def forgive(self, value: Any) -> Any:
        """Take lines in any form that platforms give them, and forgive each field of each.

        A list may be written as JSON, or be a single line; where a line needs one field only, its
        value may stand for it, with commas between several; and of an object of lists, or of comma
        lists, each first value belongs to the first line.
        """
        lines = read_written(value)
        if isinstance(lines, Mapping):
            lines = _split(lines, self._key)
        elif isinstance(lines, str):
            if lines.startswith(("[", "{")):
                return value  # it was to be JSON
            lines = [each for each in lines.split(",") if trim(each)]
        elif not isinstance(lines, list):
            lines = [lines]
        return [
            forgive(self.shape, line) if isinstance(line, Mapping) else line
            for line in map(self._line, map(read_written, lines))
        ]

    @cached_property
    def _key(self) -> str | None:
        """The field that each line must have, if it is one."""
        needed = [name for name, field in self.shape.fields.items() if field.required]
        return needed[0] if len(needed) == 1 else None

    def _line(self, given: Any) -> Any:
        is_value = isinstance(given, str | int | Decimal) and not isinstance(given, bool)
        return {self._key: given} if is_value and self._key is not None else given

    @property
    def example(self) -> Any:
        """Give one line."""
        return [sample_of(self.shape)]


def _split(line: Mapping[str, Any], key: str | None) -> list[Mapping[str, Any]]:
    """Make lines of one that has several values of its key, and as many of each other field."""
    columns = {
        name: value.split(",") if isinstance(value, str) else value
        for name, value in line.items()
        if value is not None and value != ""
    }
    lengths = {len(column) if isinstance(column, list) else 1 for column in columns.values()}
    has_several = isinstance(columns.get(key or ""), list) and lengths != {1}
    if not has_several or len(lengths) > 1:
        return [line]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def forgive(schema: Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    """Put what somebody typed into the forms that `schema` publishes. Blank or null is absent."""
    trimmed = {name: trim(value) for name, value in values.items()}
    given = {name: value for name, value in trimmed.items() if value is not None and value != ""}
    fields_of_schema = schema.fields
    return {
        name: field.forgive(value) if isinstance(field, Described) else value
        for name, value in given.items()
        for field in [fields_of_schema.get(name)]
    }


def sample_of(schema: Schema) -> dict[str, Any]:
    """Make one realistic object of the examples that a schema's fields declare."""
    return {
        name: field.example
        for name, field in schema.fields.items()
        if isinstance(field, Described) and field.example is not None
    }


def guarded_in(schema: Schema) -> Iterator[Sequence[str]]:
    """Yield the way, name by name, to each guarded field of an object and of those within it."""
    for name, field in schema.fields.items():
        if isinstance(field, (Group, Lines)):
            inner = field.schema if isinstance(field, Group) else field.shape
            yield from ([name, *way] for way in guarded_in(inner))
        elif isinstance(field, Described) and field.guarded:
            yield [name]


def withhold(shown: dict[str, Any], way: Sequence[str]) -> None:
    """Put null in place of what stands at the end of `way`, in each object of a list."""
    name, *rest = way
    value = shown.get(name)
    if not rest and value is not None:
        shown[name] = None
    for each in value if isinstance(value, list) else [value]:
        if rest and isinstance(each, dict):
            withhold(each, rest)
