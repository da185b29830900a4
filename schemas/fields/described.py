"""What every field has: label, help text, example, choices, and where ReturnGO keeps the value."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from marshmallow import fields, validate

from schemas.reading import dig

Source = str | Callable[[Any], Any]

# What pages and sheets leave at the edges of what is copied from them, beside what Python takes for
# blanks: soft hyphens, joiners, marks of direction and of byte order.
HIDDEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
BETWEEN = re.compile(r"[ _-]+")
DOUBLED = re.compile(r"(.)\1+")
BLANKS = "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace()) + HIDDEN


class Described(fields.Field[Any]):
    """A field with the words that a user sees.

    `source` says where ReturnGO's document holds the value: a dotted path, or a function of the
    document; without it, the field's own name. `inside` is the part of a larger document in which
    that is looked for.

    `choices` are all the words that an input takes; `suggestions` are those that are known, where
    others may come; `choices_from` names the drop-down that knows them at run time. `looks_at` is
    the output field that a trigger's filter compares; without it, the one of the same name. One
    that is `guarded` is shown where what ReturnGO sent is shown, too, and null elsewhere.
    """

    inside: str | None = None

    def __init__(
        self,
        label: str,
        about: str,
        *,
        example: Any = None,
        source: Source | None = None,
        choices: Sequence[str] | None = None,
        suggestions: Sequence[str] = (),
        choices_from: str | None = None,
        looks_at: str | None = None,
        guarded: bool = False,
        **options: Any,
    ) -> None:
        metadata = {"title": label, "description": about, **options.pop("metadata", {})}
        if example is not None:
            metadata["examples"] = [example, *(word for word in suggestions if word != example)]
        if choices_from is not None:
            metadata["x-choices-from"] = choices_from
        if choices is not None:
            options["validate"] = validate.OneOf(choices)
        # An output may always be null: ReturnGO leaves keys out.
        options.setdefault(
            "allow_none", not options.get("required") and "load_default" not in options
        )
        super().__init__(metadata=metadata, dump_default=None, **options)
        self.source = source
        self.words = tuple(choices or suggestions)
        self.choices_from = choices_from
        self.looks_at = looks_at
        self.guarded = guarded

    def get_value(self, obj: Any, attr: str, accessor: Any = None, default: Any = None) -> Any:
        """Take the value from ReturnGO's document; `accessor` and `default` are not needed."""
        del accessor, default
        if self.inside is not None:
            obj = dig(obj, self.inside)
            if obj is None:
                return None
        if callable(self.source):
            return self.source(obj)
        return dig(obj, self.source or attr)

    @property
    def example(self) -> Any:
        """Give the field's part of a sample."""
        return next(iter(self.metadata.get("examples", ())), None)

    def forgive(self, value: Any) -> Any:
        """Put what somebody typed into the published form; what cannot be is left as it is.

        A text comes without the blanks around it, and is not empty.
        """
        return value

    def same(self, shown: Any, wanted: Any) -> bool:
        """Return whether a trigger shows what its filter wants; of a list, whether any does."""
        if isinstance(shown, list):
            return any(self.same(each, wanted) for each in shown)
        return any(self.alike(shown) == self.alike(each) for each in self.alternatives(wanted))

    def alternatives(self, wanted: Any) -> Sequence[Any]:
        """Return the values of which any will do for a filter."""
        return [wanted]

    def alike(self, value: Any) -> Any:
        """Return what is equal for all values that a filter takes for the same."""
        return value


def trim(value: Any) -> Any:
    """Take the blanks and line ends around a text; anything else is left as it is."""
    return value.strip(BLANKS) if isinstance(value, str) else value


def spelt(word: str) -> str:
    """Write a word so that its near spellings are the same: Cancelled, canceled; gift-card."""
    return DOUBLED.sub(r"\1", BETWEEN.sub("", fold(word)))


def fold(word: str) -> str:
    """Write a word so that what people take for the same is the same."""
    return str(trim(word)).casefold()
