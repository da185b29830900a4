"""Reading what a caller sends: checked against the published schema before all else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as SchemaViolation
from marshmallow import Schema, ValidationError

from connector.blocks.json_schema import json_schema

LONGEST_ECHO = 100  # characters
KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field. `accepted` are the words that it takes, if it has a list."""

    field: str
    detail: str
    value: Any = None
    accepted: tuple[str, ...] | None = None


class InvalidInput(Exception):
    """What the caller sent is not what the block takes; nothing was done."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__(" ".join(f"{error.field}: {error.detail}" for error in self.errors))


def read_document(schema: type[Schema], document: Any) -> dict[str, Any]:
    """Read a JSON document by `schema`. An empty or null value means absent.

    Raises InvalidInput, which names each field, its value and what is accepted.
    """
    if not isinstance(document, Mapping):
        raise InvalidInput([FieldError("body", "must be a JSON object.", document)])
    given = _without_empty(document)
    if violations := list(_validator(schema).iter_errors(given)):
        # one sentence a field: the schema's checker repeats itself for each missing one
        raise InvalidInput({each.field: each for each in _explain(schema, violations)}.values())
    return _load(schema, given)


def read_query(schema: type[Schema], query: Mapping[str, str]) -> dict[str, Any]:
    """Read query parameters by `schema`; each is text. An empty value means absent.

    Raises InvalidInput, which names each field, its value and what is accepted.
    """
    return _load(schema, _without_empty(query))


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _load(schema: type[Schema], given: dict[str, Any]) -> dict[str, Any]:
    known = schema().fields
    try:
        return dict(schema().load(given))
    except ValidationError as error:
        raise InvalidInput(
            FieldError(
                field=name,
                detail=" ".join(_texts(messages)) if name in known else _unknown(known),
                value=given.get(name),
                accepted=_accepted(schema, name),
            )
            for name, messages in _by_field(error).items()
        ) from error


def _by_field(error: ValidationError) -> Mapping[str, Any]:
    return error.messages if isinstance(error.messages, dict) else {"body": error.messages}


def _texts(messages: Any) -> Iterator[str]:
    """Flatten marshmallow's messages, which nest where the data does."""
    if isinstance(messages, Mapping):
        for inner in messages.values():
            yield from _texts(inner)
    elif isinstance(messages, list):
        for inner in messages:
            yield from _texts(inner)
    else:
        yield str(messages)


@cache
def _validator(schema: type[Schema]) -> Draft202012Validator:
    return Draft202012Validator(json_schema(schema))


def _accepted(schema: type[Schema], name: str) -> tuple[str, ...] | None:
    words = json_schema(schema)["properties"].get(name, {}).get("enum")
    return None if words is None else tuple(word for word in words if word is not None)


def _explain(schema: type[Schema], violations: list[SchemaViolation]) -> Iterator[FieldError]:
    for violation in violations:
        given: Any = violation.instance
        rule: Any = violation.validator_value
        if violation.validator == "required":
            for name in rule:
                if name not in given:
                    yield FieldError(name, "is missing.", accepted=_accepted(schema, name))
        elif violation.validator == "additionalProperties":
            known = json_schema(schema)["properties"]
            for name in sorted(set(given) - set(known)):
                yield FieldError(name, _unknown(known), given[name])
        else:
            name = ".".join(map(str, violation.absolute_path)) or "body"
            yield FieldError(name, _sentence(violation), given, _accepted(schema, name))


def _unknown(known: Iterable[str]) -> str:
    return f"is not a field here; there are {', '.join(sorted(known))}."


def _sentence(violation: SchemaViolation) -> str:
    given: Any = violation.instance
    rule: Any = violation.validator_value
    declared: Any = violation.schema
    match violation.validator:
        case "enum":
            return f"is {_cut(given)}; accepted are {', '.join(word for word in rule if word)}."
        case "type":
            kinds = [rule] if isinstance(rule, str) else rule
            wanted = " or ".join(KINDS[kind] for kind in kinds if kind != "null")
            return f"is {_cut(given)}; it must be {wanted}."
        case "pattern":
            examples = declared.get("examples", ["…"])
            return f"is {_cut(given)}; it must look like {examples[0]}."
        case _:
            return f"is not right: {violation.message[-LONGEST_ECHO:]}."


def _cut(given: Any) -> str:
    """Repeat what was sent, but not all of something huge."""
    return f"{given!r:.{LONGEST_ECHO}}"
