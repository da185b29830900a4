"""Reading what a caller sends: forgiven what people type, then checked against the schema."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any

import simplejson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as SchemaViolation
from marshmallow import Schema, ValidationError

from connector.blocks.event import Kind
from connector.blocks.json_schema import json_schema
from schemas.fields import CommaList, forgive

LONGEST_ECHO = 100  # characters
MOST_ERRORS = 20  # in one answer: a body can hold a great many wrong names
KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}
# The word before the dot of a kind names the thing that an event happened to, and begins its id.
EVENT_ID = re.compile(f"({'|'.join(sorted({kind.partition('.')[0] for kind in Kind}))}):[^/]*:")
ROUNDED = "it comes from a sheet that has rounded it; send it as text"
# What a rule about size says; {} is the size.
SIZES = {
    "minimum": "it must be at least {}",
    "maximum": "it must be at most {}",
    "minLength": "it must have at least {} characters",
    "maxLength": "it must have at most {} characters",
    "minItems": "it must have at least {} entries",
    "maxItems": "it must have at most {} entries",
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


def read_input(schema: type[Schema], sent: Any) -> dict[str, Any]:
    """Read a JSON document, or the parameters of an address, by `schema`.

    An empty or null value means absent. What people type is forgiven where it can mean one thing
    only: blanks around an id, a word in another case, a number as text. Raises InvalidInput, which
    names each field, its value and what is accepted.
    """
    if not isinstance(sent, Mapping):
        raise InvalidInput([FieldError("body", "must be a JSON object.", sent)])
    shape = _shape(schema)
    given = forgive(shape, sent)
    if violations := list(_validator(schema).iter_errors(given)):
        # one sentence a field: the schema's checker repeats itself for each missing one
        errors = {each.field: each for each in islice(_explain(violations), MOST_ERRORS)}
        raise InvalidInput(errors.values())
    try:
        return dict(shape.load(given))
    except ValidationError as error:
        # what JSON Schema cannot say: a text that is none, a time that is none
        raise InvalidInput(
            FieldError(name, " ".join(_texts(messages)), given.get(name))
            for name, messages in dict(error.messages_dict).items()
        ) from error


def strange_words(schema: type[Schema], call: Mapping[str, Any]) -> list[str]:
    """Say which words of filters are not known, though they were taken, and what is known.

    In ASCII, so that a header can hold it.
    """
    told = []
    for name, field in _shape(schema).fields.items():
        if isinstance(field, CommaList) and (strange := field.strange(call.get(name))):
            words = shorten(", ".join(map(ascii, strange)))
            told.append(f"{name}: {words} is not known here; known are {', '.join(field.words)}.")
    return told


def shorten(text: str) -> str:
    """Repeat what was sent, but not all of something huge."""
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"


def _texts(messages: Any) -> Iterator[str]:
    """Flatten marshmallow's messages, which nest where the data does."""
    if isinstance(messages, Mapping):
        messages = list(messages.values())
    if isinstance(messages, list):
        for inner in messages:
            yield from _texts(inner)
    else:
        yield str(messages)


@cache
def _shape(schema: type[Schema]) -> Schema:
    """Make a schema once for all threads: loading changes nothing of it, and making it is slow."""
    return schema()


@cache
def _validator(schema: type[Schema]) -> Draft202012Validator:
    return Draft202012Validator(json_schema(schema))


def _explain(violations: list[SchemaViolation]) -> Iterator[FieldError]:
    for violation in violations:
        path = [*map(str, violation.absolute_path)]
        given: Any = violation.instance
        declared: Any = violation.schema
        rule: Any = violation.validator_value
        if violation.validator == "required":
            for name in rule:
                if name not in given:
                    accepted = _accepted(declared["properties"].get(name, {}))
                    yield FieldError(".".join([*path, name]), "is missing.", accepted=accepted)
        elif violation.validator == "additionalProperties":
            known = declared["properties"]
            for name in sorted(set(given) - set(known)):
                detail = f"is not a field here; there are {', '.join(sorted(known))}."
                yield FieldError(".".join([*path, shorten(name)]), detail, given[name])
        else:
            name = ".".join(path) or "body"
            yield FieldError(name, _sentence(violation), given, _accepted(declared))


def _accepted(declared: Any) -> tuple[str, ...] | None:
    words = declared.get("enum")
    return None if words is None else tuple(word for word in words if word is not None)


def _sentence(violation: SchemaViolation) -> str:
    given: Any = violation.instance
    rule: Any = violation.validator_value
    declared: Any = violation.schema
    match violation.validator:
        case "enum":
            must = f"accepted are {', '.join(word for word in rule if word)}"
        case "type":
            kinds = [rule] if isinstance(rule, str) else rule
            must = "it must be " + " or ".join(KINDS[kind] for kind in kinds if kind != "null")
            if "string" in kinds and _is_number(given):
                must = ROUNDED  # any other was read as its digits
            elif "properties" in declared or "properties" in declared.get("items", {}):
                must += f" such as {in_words(_shape_of(declared))}"
        case "pattern":
            must = f"it must look like {declared.get('examples', ['…'])[0]}"
            if declared.get("format") == "decimal":
                must += ", with a point before the decimals and nothing else between digits"
            elif EVENT_ID.match(str(given)):
                must += "; this is the ID of an event, not of the thing that it happened to"
        case rule_of_size if rule_of_size in SIZES:
            must = SIZES[str(rule_of_size)].format(rule)
        case _:
            must = f"it is not right: {violation.message[-LONGEST_ECHO:]}"
    return f"is {shorten(in_words(given))}; {must}."


def in_words(value: Any) -> str:
    """Write what was sent as its sender writes it: a text in quotes, anything else as JSON."""
    if isinstance(value, str):
        return repr(value)
    return str(simplejson.dumps(value, use_decimal=True, ensure_ascii=False))


def _shape_of(declared: Mapping[str, Any]) -> Any:
    """Make an example of an object, or of a list of them, with what it must have."""
    if "items" in declared:
        return [_shape_of(declared["items"])]
    fields = declared["properties"]
    shown = declared.get("required") or fields
    return {name: fields[name].get("examples", ["…"])[0] for name in shown}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
