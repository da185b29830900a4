"""Searches: /v1/actions, by GET."""

from typing import Any

from flask import Response

from connector.blocks import Catalogue, Search
from connector.web.operations import FINDING, Operation, Operations, View
from connector.web.rendering import render
from connector.web.services import caller, services


def add_searches(operations: Operations, catalogue: Catalogue) -> None:
    """Add an operation for each search."""
    for search in catalogue.searches.values():
        operations.add(_operation(search), _find(search))


def _operation(search: Search) -> Operation:
    return Operation(
        id=search.key,
        path=f"/actions/{search.key}",
        tag="Searches",
        summary=search.label,
        description=f"{search.description}\n\nAnswers a list, best match first; empty: nothing was"
        " found.",
        query=search.input_schema,
        answer={"type": "array", "items": search.output_schema},
        problems=FINDING,
        calls_returngo=True,
    )


def _find(search: Search) -> View:
    def find(call: dict[str, Any]) -> Response:
        return render(search.find(services().returngo(caller(), call), call))

    return find
