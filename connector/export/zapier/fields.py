"""Zapier's input and output fields, of the neutral form."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from connector.export.form import FieldKind, FormField
from connector.export.text import example_text

# The hidden trigger that fills a drop-down is named so that no trigger of people's has its key.
DROP_DOWN = "choices_"
INNER = "__"  # between the name of an object, or of a list, and that of a field in it

INPUT_TYPES = {
    FieldKind.MOMENT: "datetime",
    FieldKind.INTEGER: "integer",
    FieldKind.BOOLEAN: "boolean",
    FieldKind.ANYTHING: "text",
}
OUTPUT_TYPES = {
    FieldKind.MOMENT: "datetime",
    FieldKind.INTEGER: "integer",
    FieldKind.BOOLEAN: "boolean",
}
SIMPLE = {FieldKind.TEXT, FieldKind.WORDS, FieldKind.INTEGER}
WITH_PLACEHOLDER = {*SIMPLE, FieldKind.AMOUNT, FieldKind.MOMENT, FieldKind.ANYTHING}

Fields = list[dict[str, Any]]


def input_fields(form: Iterable[FormField], within: str = "") -> Fields:
    """Write what a person fills in; the fields of an object stand beside the others.

    Keys are unique in a form, also those of the fields `within` a line.
    """
    flat = tuple(_flat(form, within))
    required = {field.name for field in flat if field.required}
    return [written for field in flat for written in _input(field, required)]


def output_fields(answer: Iterable[FormField]) -> Fields:
    """Write what later steps can map."""
    return [_output(field) for field in _flat(answer)]


def _input(field: FormField, required: set[str]) -> Iterator[dict[str, Any]]:
    base: dict[str, Any] = {"key": field.name, "label": field.label, "required": field.required}
    if field.kind is FieldKind.LINES:
        # Zapier takes no help text beside children, so it stands above them.
        yield {"key": f"about_{field.name}", "type": "copy", "helpText": field.help}
        yield {**base, "children": input_fields(field.fields, f"{field.name}{INNER}")}
        return
    yield {
        **base,
        "type": INPUT_TYPES.get(field.kind, "string"),
        "helpText": field.help,
        **({"list": True} if field.kind is FieldKind.TEXTS else {}),
        **_offer(field, required),
        **_default(field),
    }


def _offer(field: FormField, required: set[str]) -> dict[str, Any]:
    """Offer what can be chosen; a user of Zapier can enter other values beside."""
    if field.choices_from is not None:
        # A field that need not be filled in must not keep another one closed.
        first = [name for name in field.depends_on if name in required]
        return {
            "dynamic": f"{DROP_DOWN}{field.choices_from}.id.label",
            **({"dependsOn": first} if first else {}),
        }
    if words := field.choices or field.suggestions:
        return {"choices": list(words)}
    if field.kind in WITH_PLACEHOLDER and field.example is not None:
        example = field.example
        return {"placeholder": example_text(example)}
    return {}


def _default(field: FormField) -> dict[str, str]:
    # What is false or empty is what the bridge takes anyway.
    return {"default": str(field.default)} if field.default and field.kind in SIMPLE else {}


def _output(field: FormField) -> dict[str, Any]:
    base: dict[str, Any] = {"key": field.name, "label": field.label}
    match field.kind:
        case FieldKind.LINES:
            return {**base, "children": output_fields(field.fields)}
        case FieldKind.ANYTHING:
            return base
        case FieldKind.TEXTS:
            return {**base, "type": "string", "list": True}
        case kind:
            return {**base, "type": OUTPUT_TYPES.get(kind, "string")}


def _flat(fields: Iterable[FormField], name: str = "", label: str = "") -> Iterator[FormField]:
    """Put the fields of objects in the place of the objects, as Zapier names them."""
    for field in fields:
        if field.kind is FieldKind.GROUP:
            inner = f"{name}{field.name}{INNER}"
            yield from _flat(field.fields, inner, f"{label}{field.label} ")
        else:
            yield replace(
                field,
                name=f"{name}{field.name}",
                label=f"{label}{field.label}",
                depends_on=tuple(f"{name}{each}" for each in field.depends_on),
            )
