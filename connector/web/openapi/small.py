"""A smaller document, for tools that take no more than thirty operations: assistants' builders."""

import re
from collections.abc import Iterator
from typing import Any

# What an assistant does and looks up; triggers and hooks are for what waits.
TAGS = {"Connection", "Actions", "Searches", "Choices"}
CATALOGUE = {"/v1/actions", "/v1/choices"}  # which says what is here already
LONGEST = 300  # letters of a description
SENTENCE = re.compile(r".*[.!?](?=\s|$)", re.DOTALL)


def small(document: dict[str, Any]) -> dict[str, Any]:
    """Return what acts, looks up and offers choices, with short descriptions, and what it names."""
    paths = {
        path: {method: _shortened(operation) for method, operation in methods.items()}
        for path, methods in document["paths"].items()
        if path not in CATALOGUE and all(map(_is_wanted, methods.values()))
    }
    tags = [each for each in document["tags"] if each["name"] in TAGS]
    rest = {**document, "tags": tags, "paths": paths}
    return {**rest, "components": _named_in(rest)}


def _is_wanted(operation: dict[str, Any]) -> bool:
    return bool(TAGS.intersection(operation["tags"]))


def _shortened(operation: dict[str, Any]) -> dict[str, Any]:
    return {**operation, "description": _shorten(operation["description"])}


def _shorten(text: str) -> str:
    """Cut a text after the last sentence that fits."""
    if len(text) <= LONGEST:
        return text
    cut = text[:LONGEST]
    whole = SENTENCE.match(cut)
    return whole[0] if whole else cut.rsplit(maxsplit=1)[0]


def _named_in(document: dict[str, Any]) -> dict[str, Any]:
    """Return the components that the document names, and those that these name."""
    components = document["components"]
    kept: dict[str, Any] = {"securitySchemes": components["securitySchemes"]}
    waiting = list(_references(document["paths"]))
    while waiting:
        _, _, sort, name = waiting.pop().split("/")
        if name not in kept.setdefault(sort, {}):
            kept[sort][name] = components[sort][name]
            waiting.extend(_references(components[sort][name]))
    return {
        sort: {name: of_sort[name] for name in components[sort] if name in of_sort}
        for sort, of_sort in kept.items()
    }


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for each in part.values():
            yield from _references(each)
    elif isinstance(part, list):
        for each in part:
            yield from _references(each)
