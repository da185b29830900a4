"""What a block's form asks and what it answers, as OpenAPI 2.0 with Microsoft's own words."""

from collections.abc import Iterable
from typing import Any

from connector.blocks import Catalogue
from connector.export.form import FieldKind, FormField, form
from connector.export.power_automate.names import choice_operation

Shape = dict[str, Any]

BODY = "body"

TYPES: dict[FieldKind, Shape] = {
    FieldKind.TEXT: {"type": "string"},
    FieldKind.WORDS: {"type": "string"},
    FieldKind.AMOUNT: {"type": "string"},  # a number would round it
    FieldKind.MOMENT: {"type": "string", "format": "date-time"},
    FieldKind.INTEGER: {"type": "integer", "format": "int32"},
    FieldKind.BOOLEAN: {"type": "boolean"},
    FieldKind.TEXTS: {"type": "array", "items": {"type": "string"}},
    FieldKind.GROUP: {"type": "object"},
    FieldKind.LINES: {"type": "array"},
    FieldKind.ANYTHING: {},
}


def told(fields: Iterable[FormField]) -> Shape:
    """Tell what a block answers."""
    return {
        "type": "object",
        "properties": {
            field.name: {**_typed(field, told(field.fields)), **_words(field)} for field in fields
        },
    }


def asked(catalogue: Catalogue, fields: Iterable[FormField]) -> Shape:
    """Ask for the fields of a form in a body."""
    known = list(fields)
    required = [field.name for field in known if field.required]
    return {
        "type": "object",
        **({"required": required} if required else {}),
        "properties": {field.name: _property(catalogue, field) for field in known},
    }


def parameters(catalogue: Catalogue, fields: Iterable[FormField]) -> list[Shape]:
    """Ask for the fields of a form in a query."""
    return [
        {
            "name": field.name,
            "in": "query",
            "required": field.required,
            **_typed(field, {}),
            **({"collectionFormat": "csv"} if field.kind is FieldKind.TEXTS else {}),
            **_words(field),
            **_offered(catalogue, field, ""),
        }
        for field in fields
    ]


def _property(catalogue: Catalogue, field: FormField) -> Shape:
    shape = _typed(field, asked(catalogue, field.fields))
    if field.kind is FieldKind.ANYTHING:
        shape = {"type": "string"}  # a form has no other way to write JSON
    return {**shape, **_words(field), **_offered(catalogue, field, f"{BODY}/")}


def _typed(field: FormField, inner: Shape) -> Shape:
    if field.kind is FieldKind.LINES:
        return {**TYPES[field.kind], "items": inner}
    return {**TYPES[field.kind], **(inner if field.kind is FieldKind.GROUP else {})}


def _words(field: FormField) -> Shape:
    known = f" Known: {', '.join(field.suggestions)}." if field.suggestions else ""
    return {"x-ms-summary": field.label, "description": field.help + known}


def _offered(catalogue: Catalogue, field: FormField, place: str) -> Shape:
    return {
        **({"enum": list(field.choices)} if field.choices else {}),
        **({} if field.default is None else {"default": field.default}),
        **({"x-ms-visibility": "important"} if field.required else {}),
        **_drop_down(catalogue, field, place),
    }


def _drop_down(catalogue: Catalogue, field: FormField, place: str) -> Shape:
    """Say which operation fills a drop-down, in the older words and in the newer ones.

    `place` is where the fields stand that the operation is given.
    """
    if field.choices_from is None:
        return {}
    operation = choice_operation(field.choices_from)
    wanted = form(catalogue, catalogue.choices[field.choices_from])
    given = [each.name for each in wanted if each.name in field.depends_on]
    return {
        "x-ms-dynamic-values": {
            "operationId": operation,
            "value-path": "id",
            "value-title": "label",
            **({"parameters": {name: {"parameter": name} for name in given}} if given else {}),
        },
        "x-ms-dynamic-list": {
            "operationId": operation,
            "itemValuePath": "id",
            "itemTitlePath": "label",
            **(
                {"parameters": {name: {"parameterReference": place + name} for name in given}}
                if given
                else {}
            ),
        },
    }
