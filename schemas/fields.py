"""Fields that carry label, help text, example, choices, and where ReturnGO keeps the value.

Reading ReturnGO's JSON is liberal: what is absent is None, what has another form passes through.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import Any, cast

from marshmallow import Schema, ValidationError, fields, validate

from schemas.reading import dig, read_amount, read_flag, read_moment, read_whole, show_moment

Source = str | Callable[[Any], Any]

AMOUNT_PATTERN = r"^-?[0-9]+(\.[0-9]+)?$"
ID_PATTERN = r"^[0-9]+$"


class Described(fields.Field[Any]):
    """A field with the words that a user sees.

    `source` says where ReturnGO's document holds the value: a dotted path, or a function of the
    document; without it, the field's own name. `choices` are all the words that an input takes.
    """

    def __init__(
        self,
        label: str,
        about: str,
        *,
        example: Any = None,
        source: Source | None = None,
        choices: Sequence[str] | None = None,
        **options: Any,
    ) -> None:
        metadata = {"title": label, "description": about, **options.pop("metadata", {})}
        if example is not None:
            metadata["examples"] = [example]
        if choices is not None:
            options["validate"] = validate.OneOf(choices)
        # An output may always be null: ReturnGO leaves keys out.
        options.setdefault(
            "allow_none", not options.get("required") and "load_default" not in options
        )
        super().__init__(metadata=metadata, dump_default=None, **options)
        self.source = source

    def get_value(self, obj: Any, attr: str, accessor: Any = None, default: Any = None) -> Any:
        """Take the value from ReturnGO's document; `accessor` and `default` are not needed."""
        del accessor, default
        if callable(self.source):
            return self.source(obj)
        return dig(obj, self.source or attr)

    @property
    def example(self) -> Any:
        """Give the field's part of a sample."""
        return next(iter(self.metadata.get("examples", ())), None)


class Text(Described, fields.String):
    """A line or more of text."""

    def _deserialize(self, *args: Any, **options: Any) -> str:
        text = str(super()._deserialize(*args, **options))
        # JSON can write what UTF-8 and databases cannot.
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise ValidationError("holds characters that are not text.")
        return text

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else str(value)


class Id(Text):
    """An id that a user sends: digits, as a string. What ReturnGO sends is Text, whatever it is."""

    def __init__(self, label: str, about: str, **options: Any) -> None:
        metadata = {"pattern": ID_PATTERN}
        check = validate.Regexp(
            ID_PATTERN.removesuffix("$") + r"\Z", error="An id has only digits, such as 10030552."
        )
        super().__init__(label, about, metadata=metadata, validate=check, **options)


class Amount(Text):
    """Money as a decimal string, exactly as ReturnGO sent it; None if it sent no number."""

    def __init__(self, label: str, about: str, **options: Any) -> None:
        metadata = {"format": "decimal", "pattern": AMOUNT_PATTERN}
        super().__init__(label, about, metadata=metadata, **options)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        amount = read_amount(value)
        return None if amount is None else f"{amount:f}"


class Moment(Described, fields.AwareDateTime):
    """An instant: ISO 8601 in UTC."""

    def __init__(self, label: str, about: str, **options: Any) -> None:
        super().__init__(label, about, format="iso", default_timezone=UTC, **options)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        moment = read_moment(value)
        return None if moment is None else show_moment(moment)


class Flag(Described, fields.Boolean):
    """Yes or no, whether ReturnGO says true, 1 or "1"; None if it says neither."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> bool | None:
        return read_flag(value)


class Whole(Described, fields.Integer):
    """A whole number."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> int | None:
        return read_whole(value)


class Group(Described, fields.Nested):
    """An object within the object."""

    def __init__(self, label: str, about: str, shape: type[Schema], **options: Any) -> None:
        super().__init__(label, about, nested=shape, **options)

    def _serialize(self, *args: Any, **_: Any) -> Any:
        return self.schema.dump(args[0]) if isinstance(args[0], Mapping) else None

    @property
    def example(self) -> Any:
        """Give the nested object's sample."""
        return sample_of(self.schema)


class Lines(Described, fields.List[Any]):
    """A list of objects: line items."""

    def __init__(self, label: str, about: str, shape: type[Schema], **options: Any) -> None:
        super().__init__(label, about, cls_or_instance=fields.Nested(shape), **options)
        self.shape = shape()

    def _serialize(self, value: Any, *_: Any, **__: Any) -> list[Any]:
        rows = value if isinstance(value, list) else []
        return cast(
            "list[Any]", self.shape.dump([r for r in rows if isinstance(r, Mapping)], many=True)
        )

    @property
    def example(self) -> Any:
        """Give one line."""
        return [sample_of(self.shape)]


class Words(Described, fields.List[Any]):
    """A list of texts."""

    def __init__(self, label: str, about: str, **options: Any) -> None:
        super().__init__(label, about, cls_or_instance=fields.String(), **options)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> list[str] | None:
        if not isinstance(value, list | tuple):
            return None
        return [str(word) for word in value if word is not None]


class Anything(Described, fields.Raw):
    """Whatever ReturnGO sent, unread."""


def sample_of(schema: Schema) -> dict[str, Any]:
    """Make one realistic object of the examples that a schema's fields declare."""
    return {
        name: field.example
        for name, field in schema.fields.items()
        if isinstance(field, Described) and field.example is not None
    }
