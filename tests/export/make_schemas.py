"""Make's own schemas, where they are there: MAKE_SCHEMAS, or a folder beside the repository."""

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7, EMPTY_REGISTRY

from tests.export.make_project import MANIFEST, Project
from tests.processes import ROOT

HOME = "https://schemas.example.com/"
PARAMETERS = ("params", "staticParams", "mappableParams", "interface")
OF_CODE = {
    "communication": "api.json",
    "attach": "api.json",
    "detach": "api.json",
    "epoch": "epoch.json",
    "samples": "samples.json",
    **dict.fromkeys(PARAMETERS, "parameters.json"),
}


def folder() -> Path:
    """Find the schemas, or skip: they are Make's, and so not part of this repository."""
    named = os.environ.get("MAKE_SCHEMAS")
    found = Path(named) if named else ROOT.parent / "shared" / "platform-schemas" / "make"
    if not found.is_dir():
        pytest.skip("This test needs Make's schemas: MAKE_SCHEMAS says in which folder they are.")
    return found


def faults(document: Any, schema: str) -> list[str]:
    """Say what is wrong with a document by one of Make's schemas."""
    return [
        f"{error.json_path}: {error.message}" for error in _validator(schema).iter_errors(document)
    ]


def documents(project: Project) -> Iterator[tuple[str, Any, str]]:
    """Go through a project: each path, what stands there, and the schema that holds for it."""
    general = project.manifest["generalCodeFiles"]
    yield MANIFEST, project.manifest, "makecomapp.schema.json"
    yield general["base"], project.base, "base.json"
    yield general["groups"], project.groups, "groups.json"
    for _, _, code, path in project.codes():
        yield path, project.read(path), OF_CODE[code]


@cache
def _validator(schema: str) -> Draft7Validator:
    registry: Registry[Any] = EMPTY_REGISTRY.with_resources(
        (HOME + path.name, Resource.from_contents(_read(path), DRAFT7))
        for path in folder().glob("*.json")
    )
    return Draft7Validator({"$ref": HOME + schema}, registry=registry)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"), object_hook=_without_fragment_id)


def _without_fragment_id(schema: dict[str, Any]) -> dict[str, Any]:
    """Take out an `$id` that is only a fragment, which would move what is referred to."""
    is_fragment = str(schema.get("$id", "")).startswith("#")
    return {name: value for name, value in schema.items() if name != "$id" or not is_fragment}
