"""The catalogue of blocks: GET /v1/triggers, /v1/actions and /v1/choices."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from connector.blocks import Block, Catalogue
from connector.web.operations import Operation, Operations
from connector.web.rendering import render
from schemas.catalogue import BlockDescription


def add_catalogue(operations: Operations, catalogue: Catalogue) -> None:
    """Add an operation for each sort of block."""
    _add(operations, "triggers", "triggers", catalogue.triggers)
    done = dict(sorted({**catalogue.actions, **catalogue.searches}.items()))
    _add(operations, "actions", "actions and searches", done)
    _add(operations, "choices", "drop-downs", catalogue.choices)


def _add(operations: Operations, sort: str, what: str, blocks: Mapping[str, Block]) -> None:
    def show(_call: dict[str, Any]) -> Response:
        return render([block.describe() for block in blocks.values()])

    operations.add(
        Operation(
            id=f"list_{sort}",
            path=f"/{sort}",
            tag=sort.capitalize(),
            summary=f"All {sort.capitalize()}",
            description=f"The {what} that there are: JSON Schema of input and output, a sample.",
            answer={"type": "array", "items": BlockDescription},
            scope=None,
        ),
        show,
    )
