"""What a block's form asks and what it answers, in Make's words for fields."""

from collections.abc import Iterable
from typing import Any

from connector.export.form import FieldKind, FormField
from connector.export.make.names import rpc_id

Parameter = dict[str, Any]

TYPES = {
    FieldKind.TEXT: "text",
    FieldKind.WORDS: "text",
    FieldKind.AMOUNT: "text",  # a number would round it
    FieldKind.MOMENT: "date",
    FieldKind.INTEGER: "integer",
    FieldKind.BOOLEAN: "boolean",
    FieldKind.TEXTS: "array",
    FieldKind.GROUP: "collection",
    FieldKind.LINES: "array",
    FieldKind.ANYTHING: "any",
}


def asked(fields: Iterable[FormField]) -> list[Parameter]:
    """Ask for the fields of a form."""
    return [_asked(field) for field in fields]


def told(fields: Iterable[FormField]) -> list[Parameter]:
    """Tell what a block answers, for the panel from which later modules map."""
    return [_of_type(field, told(field.fields)) for field in fields]


def sent(fields: Iterable[FormField]) -> dict[str, str]:
    """Send each field of a form as it is; one that is left empty is left out."""
    return {field.name: f"{{{{parameters.{field.name}}}}}" for field in fields}


def queried(fields: Iterable[FormField]) -> dict[str, str]:
    """Send each field of a form in a query, where a list is one text with commas between."""
    lists = {field.name for field in fields if field.kind is FieldKind.TEXTS}
    return {
        name: f"{{{{join(parameters.{name}, ',')}}}}" if name in lists else text
        for name, text in sent(fields).items()
    }


def _asked(field: FormField) -> Parameter:
    return {
        **_of_type(field, asked(field.fields)),
        **_offered(field),
        "help": _help(field),
        **({"required": True} if field.required else {}),
        **({} if field.default is None else {"default": field.default}),
    }


def _of_type(field: FormField, inner: list[Parameter]) -> Parameter:
    parameter = {"name": field.name, "label": field.label, "type": TYPES[field.kind]}
    if field.kind is FieldKind.TEXTS:
        return {**parameter, "spec": {"type": "text"}}
    return {**parameter, "spec": inner} if inner else parameter


def _offered(field: FormField) -> Parameter:
    if field.choices_from is not None:
        return {"type": "select", "options": f"rpc://{rpc_id(field.choices_from)}", **OPEN}
    if field.choices:
        return {"type": "select", "options": _options(field.choices)}
    if field.suggestions and field.kind is FieldKind.TEXT:
        return {"type": "select", "options": _options(field.suggestions), **OPEN}
    return {}


# One may type what is not offered.
OPEN: Parameter = {"editable": True, "dynamic": True}


def _options(words: Iterable[str]) -> list[Parameter]:
    return [{"label": word, "value": word} for word in words]


def _help(field: FormField) -> str:
    if field.suggestions and field.kind is FieldKind.WORDS:
        return f"{field.help} Known: {', '.join(field.suggestions)}."
    return field.help
