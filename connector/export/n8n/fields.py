"""n8n's properties, of the neutral form."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from connector.export.form import FieldKind, FormField
from connector.export.text import example_text

FILTERS = "filters"
OPTIONAL = "additionalFields"
# An object is a collection of one; its values stand under this name.
INNER = "values"

TEXTUAL = {FieldKind.TEXT, FieldKind.AMOUNT, FieldKind.MOMENT}
EMPTY = '[null, undefined, ""].includes($value)'
# What goes to the bridge; undefined goes nowhere. An ID that a step holds as a number is a text.
AS_TEXT = f"={{{{ {EMPTY} ? undefined : String($value) }}}}"
AS_WORDS = '={{ [$value ?? []].flat().join(",") || undefined }}'
AS_IT_IS = f"={{{{ {EMPTY} ? undefined : $value }}}}"

Properties = list[dict[str, Any]]


class ShownWhen(NamedTuple):
    """Which drop-down shows a property, and with which of its words."""

    by: str
    word: str

    @property
    def options(self) -> dict[str, Any]:
        """What n8n calls this."""
        return {"displayOptions": {"show": {self.by: [self.word]}}}


def fields_of(form: Iterable[FormField], shown: ShownWhen, place: str) -> Properties:
    """Write what a person fills in, each sent to its place: "body" or "query".

    What need not be filled in waits in a collection.
    """
    fields = tuple(form)
    required = [
        {**_property(field, place, field.name), "required": True, **shown.options}
        for field in fields
        if field.required
    ]
    optional = [_property(each, place, each.name, OPTIONAL) for each in fields if not each.required]
    return [*required, *_collection(OPTIONAL, "Additional Fields", "Add Field", optional, shown)]


def filters_of(form: Iterable[FormField], shown: ShownWhen) -> Properties:
    """Write what narrows down a trigger's events; the trigger itself reads it."""
    filters = [_property(field, None, field.name, FILTERS) for field in form]
    return _collection(FILTERS, "Filters", "Add Filter", filters, shown)


def _collection(
    name: str, label: str, add: str, options: Properties, shown: ShownWhen
) -> Properties:
    if not options:
        return []
    return [
        {
            "displayName": label,
            "name": name,
            "type": "collection",
            "placeholder": add,
            "default": {},
            "options": options,
            **shown.options,
        }
    ]


def _property(field: FormField, place: str | None, path: str, within: str = "") -> dict[str, Any]:
    base = {
        "displayName": field.label,
        "name": field.name,
        "description": _help(field),
    }
    if field.kind in {FieldKind.LINES, FieldKind.GROUP}:
        return {**base, **_inner(field, place, path)}
    return {**base, **_simple(field, within), **_sent(field.kind, place, path)}


def _help(field: FormField) -> str:
    """Explain a field; n8n wants no full stop at the end of a single sentence."""
    words = field.help
    if field.suggestions and field.kind is not FieldKind.WORDS:
        words = f"{words} Such as: {', '.join(field.suggestions)}."
    return words.removesuffix(".") if words.count(". ") == 0 else words


def _simple(field: FormField, within: str) -> dict[str, Any]:
    words = field.choices or field.suggestions
    if field.choices_from is not None:
        needs = [f"{within}.{name}" if within else name for name in field.depends_on]
        load = {"loadOptionsMethod": field.choices_from}
        depends = {"loadOptionsDependsOn": needs} if needs else {}
        return {"type": "options", "default": "", "typeOptions": {**load, **depends}}
    if words and (field.choices or field.kind is FieldKind.WORDS):
        options = [{"name": word, "value": word} for word in words]
        if field.kind is FieldKind.WORDS:
            return {"type": "multiOptions", "default": [], "options": options}
        return {"type": "options", "default": field.default or "", "options": options}
    if field.kind is FieldKind.TEXTS:
        return {"type": "string", "default": [], "typeOptions": {"multipleValues": True}}
    return _typed(field)


def _typed(field: FormField) -> dict[str, Any]:
    match field.kind:
        case FieldKind.BOOLEAN:
            return {"type": "boolean", "default": bool(field.default)}
        case FieldKind.INTEGER:
            return {"type": "number", "default": field.default or 0}
        case kind:
            example = field.example
            text = example_text(example)
            return {
                "type": "json" if kind is FieldKind.ANYTHING else "string",
                "default": field.default or "",
                "placeholder": f"e.g. {text}",
            }


def _sent(kind: FieldKind, place: str | None, path: str) -> dict[str, Any]:
    if place is None:
        return {}
    value = AS_TEXT if kind in TEXTUAL else AS_WORDS if kind is FieldKind.WORDS else AS_IT_IS
    return {"routing": {"send": {"type": place, "property": path, "value": value}}}


def _inner(field: FormField, place: str | None, path: str) -> dict[str, Any]:
    """Write an object as a collection of one, line items as one of many."""
    is_many = field.kind is FieldKind.LINES
    start = f"={path}[{{{{$index}}}}]" if is_many else path
    values = [_property(each, place, f"{start}.{each.name}") for each in field.fields]
    return {
        "type": "fixedCollection",
        "default": {},
        "placeholder": f"Add {field.label}",
        "typeOptions": {"multipleValues": is_many},
        "options": [{"displayName": field.label, "name": INNER, "values": values}],
    }
