"""Choices for drop-downs: /v1/choices."""

from http import HTTPStatus
from typing import Any

from flask import Response

from connector.blocks import Catalogue, Choice
from connector.web.context import bridge, caller
from connector.web.operations import Operation, Operations, View
from connector.web.rendering import render


def add_choices(operations: Operations, catalogue: Catalogue) -> None:
    """Add an operation for each choice."""
    for choice in catalogue.choices.values():
        operations.add(_operation(choice), _offer(choice))


def _operation(choice: Choice) -> Operation:
    return Operation(
        id=f"choices_{choice.key}",
        path=f"/choices/{choice.key}",
        tag="Choices",
        summary=choice.label,
        description=choice.description,
        query=choice.input_schema,
        answer={"type": "array", "items": choice.output_schema},
        problems=[HTTPStatus.NOT_FOUND],
        calls_returngo=True,
        repeats=True,
    )


def _offer(choice: Choice) -> View:
    def offer(call: dict[str, Any]) -> Response:
        return render(choice.options(bridge().returngo(caller(), call), call))

    return offer
