"""Activepieces: a piece, whose fixed code goes through the blocks of one JSON file.

What the platform asks of a piece: https://www.activepieces.com/docs/build-pieces
"""

from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from connector.blocks import Block, Catalogue
from connector.export.activepieces.properties import properties
from connector.export.form import about, form
from connector.export.javascript import javascript
from connector.export.site import Files, Site
from schemas.calls import LARGEST_LIMIT


def render(site: Site) -> Files:
    """Write the piece: `npm pack`, then upload the archive."""
    return javascript(files(__name__).joinpath("files"), _blocks(site))


def _blocks(site: Site) -> dict[str, Any]:
    catalogue = site.catalogue
    return {
        "url": site.public_url,
        "largest_limit": LARGEST_LIMIT,
        "triggers": _described(catalogue, catalogue.triggers.values()),
        "actions": _described(catalogue, catalogue.actions.values()),
        "searches": _described(catalogue, catalogue.searches.values()),
    }


def _described(catalogue: Catalogue, blocks: Iterable[Block]) -> list[dict[str, Any]]:
    return [
        {
            "key": block.key,
            "label": block.label,
            "description": about(block),
            "fields": properties(catalogue, form(catalogue, block)),
            "sample": block.sample(),
        }
        for block in blocks
    ]
