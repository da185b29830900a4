"""The files of a custom app, and `makecomapp.json`, which names them all."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from typing import Any

from connector.export.site import Files
from connector.export.text import as_json

BASE = "general/base.iml.json"
GROUPS = "modules/groups.json"
README = "README.md"
# Where the app goes: whoever deploys it puts in the zone and the app that Make gave them.
ORIGIN = {
    "label": "Make",
    "baseUrl": "https://eu1.make.com/api",
    "appId": "returngo-connector",
    "appVersion": 1,
    "apikeyFile": ".secrets/apikey",
}


class Sort(StrEnum):
    """What components there are, each with a place in `makecomapp.json`."""

    CONNECTION = "connection"
    ENDPOINT = "endpoint"
    FUNCTION = "function"
    MODULE = "module"
    RPC = "rpc"
    WEBHOOK = "webhook"


@dataclass(frozen=True, kw_only=True)
class Component:
    """A part of an app: `about` stands in `makecomapp.json`, each of `codes` in a file."""

    sort: Sort
    id: str
    about: Mapping[str, Any] = field(default_factory=dict)
    codes: Mapping[str, Any]

    @property
    def paths(self) -> dict[str, str]:
        """Where the files stand, by the code that each holds."""
        name = _dashed(self.id)
        return {code: f"{self.sort}s/{name}/{name}.{_dashed(code)}.iml.json" for code in self.codes}


@dataclass(frozen=True)
class ModuleGroup:
    """Modules that Make lists under one heading."""

    label: str
    modules: Sequence[Component]


def app(
    base: Mapping[str, Any], *, others: Sequence[Component], groups: Sequence[ModuleGroup]
) -> Files:
    """Write an app: what all requests share, its modules in groups, and its other components."""
    components = [*others, *(module for group in groups for module in group.modules)]
    return {
        "makecomapp.json": _json(_manifest(components)),
        README: _text("README.md"),
        ".gitignore": _text("gitignore"),
        BASE: _json(base),
        GROUPS: _json(
            [
                {"label": group.label, "modules": [module.id for module in group.modules]}
                for group in groups
                if group.modules
            ]
        ),
        **{
            path: _json(component.codes[code])
            for component in components
            for code, path in component.paths.items()
        },
    }


def _manifest(components: Iterable[Component]) -> dict[str, Any]:
    listed: dict[str, dict[str, Any]] = {sort: {} for sort in Sort}
    for each in components:
        listed[each.sort][each.id] = {**each.about, "codeFiles": each.paths}
    return {
        "fileVersion": 1,
        "generalCodeFiles": {"base": BASE, "common": None, "readme": README, "groups": GROUPS},
        "components": listed,
        "origins": [ORIGIN],
    }


def _dashed(name: str) -> str:
    return re.sub(r"(?=[A-Z])", "-", name).lower()


def _json(document: Any) -> str:
    return as_json(document, indent=4)


def _text(name: str) -> str:
    return resources.files(__package__).joinpath("files", name).read_text(encoding="utf-8")
