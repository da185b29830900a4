"""Exports in JavaScript: fixed code, which goes through the blocks of one JSON file."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from connector.export.site import Files
from connector.export.text import as_json

BLOCKS_FILE = "blocks.json"
SIGNATURE_FILE = "signature.js"


def javascript(fixed: Traversable, blocks: Any) -> Files:
    """Write a package: the files of a folder, the blocks, and the check of a signature."""
    return {
        **dict(_texts(fixed)),
        SIGNATURE_FILE: signature_check(),
        BLOCKS_FILE: as_json(blocks),
    }


def signature_check() -> str:
    """Return the text of a module whose `isSigned` tells that the bridge sent what arrives."""
    return files(__package__).joinpath(SIGNATURE_FILE).read_text(encoding="utf-8")


def _texts(folder: Traversable, within: str = "") -> Iterator[tuple[str, str]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _texts(each, f"{within}{each.name}/")
        else:
            yield f"{within}{each.name}", each.read_text(encoding="utf-8")
