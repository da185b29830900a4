"""Activepieces' properties, of the neutral form."""

from collections.abc import Iterable
from typing import Any

from connector.blocks import Catalogue
from connector.export.form import FieldKind, FormField, form

TYPES = {
    FieldKind.MOMENT: "DATE_TIME",
    FieldKind.INTEGER: "NUMBER",
    FieldKind.TEXTS: "ARRAY",
    FieldKind.LINES: "ARRAY",
    FieldKind.GROUP: "OBJECT",
    FieldKind.ANYTHING: "JSON",
}
# A check box that nobody touched would say no; a filter needs a third answer.
YES_OR_NO = [{"label": "Yes", "value": True}, {"label": "No", "value": False}]

Property = dict[str, Any]


def properties(
    catalogue: Catalogue, fields: Iterable[FormField], *, is_line: bool = False
) -> list[Property]:
    """Write what a person fills in. A line of several has no drop-down that asks the bridge."""
    return [
        {
            "name": field.name,
            "displayName": field.label,
            "description": _help(field),
            "required": field.required,
            **({} if field.default is None else {"defaultValue": field.default}),
            **_typed(catalogue, field, is_line=is_line),
        }
        for field in fields
    ]


def _typed(catalogue: Catalogue, field: FormField, *, is_line: bool) -> Property:
    if field.choices_from is not None and not is_line:
        return {"type": "DROPDOWN", "drop_down": _drop_down(catalogue, field)}
    if field.choices:
        options = [{"label": word, "value": word} for word in field.choices]
        return {"type": "STATIC_DROPDOWN", "options": options}
    if field.kind is FieldKind.BOOLEAN:
        return {"type": "STATIC_DROPDOWN", "options": YES_OR_NO}
    if field.kind is FieldKind.LINES:
        return {"type": "ARRAY", "properties": properties(catalogue, field.fields, is_line=True)}
    return {"type": TYPES.get(field.kind, "SHORT_TEXT")}


def _drop_down(catalogue: Catalogue, field: FormField) -> dict[str, Any]:
    """Return the drop-down, which fields it takes, and without which of them it has nothing."""
    choice = catalogue.choices[str(field.choices_from)]
    wanted = {each.name for each in form(catalogue, choice) if each.required}
    takes = list(field.depends_on)
    return {"key": choice.key, "takes": takes, "needs": [name for name in takes if name in wanted]}


def _help(field: FormField) -> str:
    if not field.suggestions:
        return field.help
    return f"{field.help} Such as: {', '.join(field.suggestions)}."
