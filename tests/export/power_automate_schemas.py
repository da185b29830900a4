"""Microsoft's own schemas: in the folder POWER_AUTOMATE_SCHEMAS, or beside the repository."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft7Validator

from tests.processes import ROOT

TEXT_OR_COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*')
SCHEMAS = {
    "apiDefinition.swagger.json": ("apiDefinition.swagger.schema.json", Draft4Validator),
    "apiProperties.json": ("paconn-apiProperties.schema.json", Draft7Validator),
}


def faults(name: str, document: Any) -> list[str]:
    """Say what is wrong with a document by Microsoft's schema for its file name, or skip."""
    schema, validator = SCHEMAS[name]
    text = (_folder() / schema).read_text(encoding="utf-8")
    checker = validator(json.loads(TEXT_OR_COMMENT.sub(r"\1", text)))
    return [f"{each.json_path}: {each.message}"[:500] for each in checker.iter_errors(document)]


def _folder() -> Path:
    named = os.environ.get("POWER_AUTOMATE_SCHEMAS")
    found = Path(named) if named else ROOT.parent / "shared/platform-schemas/power-automate"
    if not found.is_dir():
        pytest.skip(
            "This test needs Microsoft's schemas: POWER_AUTOMATE_SCHEMAS says in which folder"
            " they are."
        )
    return found
