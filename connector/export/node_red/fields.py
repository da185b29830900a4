"""The forms of Node-RED's nodes: an environment variable of the subflow for each field."""

from typing import Any

from connector.export.form import FieldKind, FormField

# How a function reads what the form holds.
KINDS = {
    FieldKind.WORDS: "words",
    FieldKind.TEXTS: "texts",
    FieldKind.INTEGER: "number",
    FieldKind.BOOLEAN: "boolean",
    FieldKind.GROUP: "json",
    FieldKind.LINES: "json",
    FieldKind.ANYTHING: "json",
}
# A select knows nothing else; everything else may be written, or taken from the message.
TRUTH = ("true", "false")
WRITTEN = {"type": "input", "opts": {"types": ["str", "json", "env"]}}

SECONDS_FIELD: dict[str, Any] = {
    "name": "seconds",
    "type": "num",
    "value": "60",
    "ui": {
        "label": {"en-US": "Seconds Between Looks"},
        "type": "spinner",
        "opts": {"min": 10, "max": 86400},
    },
}
NODE_RED_URL: dict[str, Any] = {
    "name": "node_red_url",
    "type": "env",
    "value": "NODE_RED_URL",
    "ui": {
        "label": {"en-US": "Address of This Node-RED"},
        "type": "input",
        "opts": {"types": ["env", "str"]},
    },
}


def kind_of(field: FormField) -> str:
    """Say how a function reads a field."""
    return KINDS.get(field.kind, "text")


def entry(field: FormField, told: set[str]) -> dict[str, Any]:
    """Write a field of the form; one that an event tells is taken from it until changed."""
    return {
        "name": field.name,
        "type": "str",
        "value": _begins_as(field, told),
        "ui": {"label": {"en-US": _label(field)}, **_ui(field)},
    }


def _label(field: FormField) -> str:
    return f"{field.label} *" if field.required else field.label


def _begins_as(field: FormField, told: set[str]) -> str:
    if field.name == "idempotency_key":
        return "{{event.id}}"
    if field.name == "shop" or (field.required and field.choices_from is not None):
        return f"{{{{event.{field.name}}}}}" if field.name in told else ""
    return ""


def _ui(field: FormField) -> dict[str, Any]:
    words = TRUTH if field.kind is FieldKind.BOOLEAN else field.choices
    if not words or field.kind in {FieldKind.WORDS, FieldKind.TEXTS}:
        return WRITTEN
    offered = [{"l": {"en-US": word}, "v": word} for word in words]
    return {"type": "select", "opts": {"opts": [{"l": {"en-US": ""}, "v": ""}, *offered]}}
