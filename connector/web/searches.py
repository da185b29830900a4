"""Searches: /v1/actions, by GET."""

from http import HTTPStatus
from itertools import islice
from typing import Any

from flask import Response

from connector.blocks import Catalogue, KnownSearch, Search
from connector.web.context import bridge, caller
from connector.web.operations import Operation, Operations, View
from connector.web.rendering import render
from schemas.fields import sample_of


def add_searches(operations: Operations, catalogue: Catalogue) -> None:
    """Add an operation for each search."""
    for search in catalogue.searches.values():
        if isinstance(search, KnownSearch):
            knowing = _operation(search, HTTPStatus.FORBIDDEN, calls_returngo=False)
            operations.add(knowing, _look_up(search))
        else:
            asking = _operation(search, HTTPStatus.NOT_FOUND, calls_returngo=True)
            operations.add(asking, _find(search))


def _operation(search: Search, problem: HTTPStatus, *, calls_returngo: bool) -> Operation:
    return Operation(
        id=search.key,
        path=f"/actions/{search.key}",
        tag="Searches",
        summary=search.label,
        description=f"{search.description}\n\nAnswers a list, best match first; empty: nothing was"
        " found.",
        query=search.input_schema,
        # one of the things that it may be asked by, of which the likeliest stands first
        tries=dict(islice(sample_of(search.input()).items(), 1)),
        answer={"type": "array", "items": search.output_schema},
        problems=[problem],
        calls_returngo=calls_returngo,
        repeats=calls_returngo,
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
