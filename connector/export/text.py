"""Text as exports hold it: JSON that people can read, and that is the same for the same blocks."""

import json
from typing import Any


def as_json(document: Any, *, indent: int = 1) -> str:
    """Write a file of JSON."""
    return json.dumps(document, indent=indent, ensure_ascii=False) + "\n"


def example_text(example: Any) -> str:
    """Write the example of a field as people type it."""
    return example if isinstance(example, str) else json.dumps(example)
