"""An exported n8n package, run by n8n's own core."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connector.blocks import Block, Catalogue
from connector.export import Site
from connector.export.form import FieldKind, form
from connector.export.n8n import PACKAGE, render
from tests.node_tools import node_json, write
from tests.processes import TOKEN

URL = "https://bridge.example.com"
CORE = "n8n-core"


@dataclass(frozen=True)
class Told:
    """What n8n got of a step: an answer, or an error; and what the node keeps for the next run."""

    answer: Any = None
    error: str = ""
    message: str = ""
    description: str | None = ""
    http_code: str = ""
    staticData: Mapping[str, Any] | None = None  # noqa: N815 - n8n's name

    @property
    def good(self) -> Any:
        """Read the answer; the step must have succeeded."""
        assert not self.error, f"{self.error}: {self.message}"
        return self.answer

    @property
    def items(self) -> list[Any]:
        """Read what the items hold that the step put out; nothing put out is no item."""
        return [item["json"] for item in (self.good or [[]])[0]]


def step(what: str, node: str = "returnGo", **more: Any) -> dict[str, Any]:
    return {"what": what, "node": node, **more}


def execute(key: str, **parameters: Any) -> dict[str, Any]:
    return step("execute", parameters={"operation": key, **parameters})


def poll(key: str, filters: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    parameters = {"event": key, "filters": filters or {}}
    return step("poll", "returnGoTrigger", parameters=parameters, **more)


@dataclass(frozen=True)
class Package:
    """A package that was written into a folder, connected to a bridge."""

    folder: Path
    bridge: str = URL

    def run(
        self, steps: Iterable[Mapping[str, Any]], credentials: Mapping[str, str] | None = None
    ) -> list[Told]:
        """Take the steps one after the other, with the bridge's token unless told otherwise."""
        token = {"url": self.bridge, "connectWith": "token", "token": TOKEN}
        ran = self._ran(list(steps), {**token, **(credentials or {})})
        return [Told(**each) for each in ran["told"]]

    def descriptions(self) -> dict[str, Any]:
        """Return the nodes as n8n has loaded them, by their names."""
        return dict(self._ran([], {})["descriptions"])

    def _ran(self, steps: list[Any], credentials: Mapping[str, str]) -> dict[str, Any]:
        path = self.folder / "steps.json"
        path.write_text(json.dumps({"credentials": credentials, "steps": steps}), encoding="utf-8")
        folder = self.folder / PACKAGE
        own = {"N8N_USER_FOLDER": str(self.folder)}
        return dict(node_json("n8n.js", str(folder), str(path), package=CORE, **own))


def written(catalogue: Catalogue, folder: Path, bridge: str = URL) -> Package:
    """Export a package into a folder."""
    return Package(write(render(Site(catalogue, URL)), folder), bridge)


def typed(catalogue: Catalogue, block: Block, given: Mapping[str, Any]) -> dict[str, Any]:
    """Write what a block is given as n8n's form holds it."""
    required: dict[str, Any] = {}
    optional: dict[str, Any] = {}
    for field in form(catalogue, block):
        if field.name not in given:
            continue
        value = given[field.name]
        match field.kind:
            case FieldKind.LINES | FieldKind.GROUP:
                value = {"values": value}
            case FieldKind.WORDS:
                value = str(value).split(",")
            case FieldKind.ANYTHING:
                value = json.dumps(value)
        (required if field.required else optional)[field.name] = value
    return {**required, "additionalFields": optional}
