"""Searching as the web does: what was typed is read first."""

from typing import Any

import app
from connector.blocks import read_input
from connector.returngo import ReturnGO


def search(key: str, returngo: ReturnGO, **typed: Any) -> list[dict[str, Any]]:
    """Return what a search finds."""
    block = app.CATALOGUE.searches[key]
    return block.find(returngo, read_input(block.input_schema, typed))


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [thing["id"] for thing in found]
