"""Searches: /v1/actions, by GET."""

from http import HTTPStatus
from typing import Any

from flask import Response

from connector.blocks import Catalogue, KnownSearch, Search
from connector.web.context import bridge, caller
from connector.web.operations import FINDING, Operation, Operations, View
from connector.web.rendering import render

# What can go wrong where ReturnGO is not asked.
KNOWING = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY})


def add_searches(operations: Operations, catalogue: Catalogue) -> None:
    """Add an operation for each search."""
    for search in catalogue.searches.values():
        if isinstance(search, KnownSearch):
            operations.add(_operation(search, KNOWING), _look_up(search))
        else:
            operations.add(_operation(search, FINDING, calls_returngo=True), _find(search))


def _operation(
    search: Search, problems: frozenset[HTTPStatus], *, calls_returngo: bool = False
) -> Operation:
    return Operation(
        id=search.key,
        path=f"/actions/{search.key}",
        tag="Searches",
        summary=search.label,
        description=f"{search.description}\n\nAnswers a list, best match first; empty: nothing was"
        " found.",
        query=search.input_schema,
        answer={"type": "array", "items": search.output_schema},
        problems=problems,
        calls_returngo=calls_returngo,
    )


def _find(search: Search) -> View:
    def find(call: dict[str, Any]) -> Response:
        return render(search.find(bridge().returngo(caller(), call), call))

    return find


def _look_up(search: KnownSearch) -> View:
    def look_up(call: dict[str, Any]) -> Response:
        connection = caller()
        shops = connection.shops_for(call.get("shop"))
        knowledge = bridge().feed.knowledge(connection)
        return render(search.look_up(knowledge, shops, call))

    return look_up
