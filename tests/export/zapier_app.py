"""An exported Zapier app, run by Zapier's own packages."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connector.blocks import Block, Catalogue
from connector.export import Site
from connector.export.form import FieldKind, form
from connector.export.zapier import render
from tests.node_tools import node_json, write
from tests.processes import TOKEN

URL = "https://bridge.example.com"
PACKAGE = "zapier-platform-core"


@dataclass(frozen=True)
class Told:
    """What Zapier got of a step: an answer, or the name of an error and its message."""

    answer: Any = None
    name: str = ""
    message: str = ""

    @property
    def good(self) -> Any:
        """Read the answer; the step must have succeeded."""
        assert not self.name, f"{self.name}: {self.message}"
        return self.answer

    @property
    def refusal(self) -> dict[str, Any]:
        """Read the message of an error that carries more than words."""
        return dict(json.loads(self.message))


@dataclass(frozen=True)
class Step:
    """A function of the app, and what Zapier gives it."""

    method: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    auth: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


def poll(key: str, inputs: Mapping[str, Any] | None = None, **meta: Any) -> Step:
    return Step(f"triggers.{key}.operation.perform", inputs or {}, meta)


def create(key: str, inputs: Mapping[str, Any] | None = None) -> Step:
    return Step(f"creates.{key}.operation.perform", inputs or {})


def search(key: str, inputs: Mapping[str, Any] | None = None) -> Step:
    return Step(f"searches.{key}.operation.perform", inputs or {})


def choose(key: str, inputs: Mapping[str, Any] | None = None, **meta: Any) -> Step:
    return poll(f"choices_{key}", inputs, **meta)


@dataclass(frozen=True)
class App:
    """An app that was written into a folder, connected to a bridge."""

    folder: Path
    bridge: str = URL

    def run(self, steps: Iterable[Step]) -> list[Told]:
        """Take the steps one after the other, with the bridge's token unless they say otherwise."""
        written = [
            {
                "method": step.method,
                "bundle": {
                    "inputData": step.inputs,
                    "meta": step.meta,
                    "authData": {"bridge_url": self.bridge, "token": TOKEN, **step.auth},
                    **step.more,
                },
            }
            for step in steps
        ]
        path = self.folder / "steps.json"
        path.write_text(json.dumps(written), encoding="utf-8")
        told = node_json("zapier.js", str(self.folder), str(path), package=PACKAGE)
        return [Told(**each) for each in told]

    def check(self) -> tuple[list[Any], dict[str, Any]]:
        """Return the errors that Zapier's schema finds, and the definition as Zapier reads it."""
        checked = node_json("zapier.js", str(self.folder), package=PACKAGE)
        return checked["errors"], checked["definition"]


def written(catalogue: Catalogue, folder: Path, bridge: str = URL) -> App:
    """Export an app into a folder."""
    return App(write(render(Site(catalogue, URL)), folder), bridge)


def typed(catalogue: Catalogue, block: Block, given: Mapping[str, Any]) -> dict[str, Any]:
    """Write what a block is given as Zapier's form hands it to the app."""
    kinds = {each.name: each.kind for each in form(catalogue, block)}
    inputs: dict[str, Any] = {}
    for name, value in given.items():
        match kinds.get(name):
            case None:  # no field of the form, such as `raw`
                continue
            case FieldKind.LINES:
                inputs[name] = [{f"{name}__{key}": each[key] for key in each} for each in value]
            case FieldKind.ANYTHING:
                inputs[name] = json.dumps(value)
            case _:
                inputs[name] = value
    return inputs
