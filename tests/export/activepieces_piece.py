"""An exported piece, run by Activepieces' own packages; what the platform keeps is a stand-in."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import app
from connector.export import Site
from connector.export.activepieces import render
from tests.node_tools import node_json, write
from tests.processes import TOKEN

URL = "https://bridge.example.com"
PACKAGE = "@activepieces/pieces-common"


@dataclass(frozen=True)
class Step:
    """A function of a block, and what the platform gives it."""

    block: str
    hook: str = "run"
    inputs: Mapping[str, Any] = field(default_factory=dict)
    auth: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What the platform got of a step: an answer, or an error's sentence."""

    answer: Any = None
    error: str = ""
    waits: Sequence[int] = ()  # milliseconds between tries

    @property
    def good(self) -> Any:
        """Read the answer; the step must have succeeded."""
        assert not self.error, self.error
        return self.answer


@dataclass(frozen=True)
class Piece:
    """A piece that was written into a folder, connected to a bridge."""

    folder: Path
    bridge: str = URL

    @property
    def stores(self) -> Path:
        """Where the stand-in for the platform's store keeps what each flow has put there."""
        return self.folder / "stores.json"

    def run(self, steps: Iterable[Step]) -> list[Told]:
        """Take the steps one after the other, with the bridge's token unless they say otherwise."""
        written = [
            {
                "block": step.block,
                "hook": step.hook,
                "auth": {"bridge_url": self.bridge, "token": TOKEN, **step.auth},
                "propsValue": step.inputs,
                **step.more,
            }
            for step in steps
        ]
        return [Told(**each) for each in self._node(written)["told"]]

    def check(self) -> tuple[list[str], dict[str, Any]]:
        """Return what the platform's schemas find wrong, and the piece as the platform reads it."""
        checked = self._node([])
        return checked["wrong"], checked["metadata"]

    def _node(self, steps: list[dict[str, Any]]) -> Any:
        path = self.folder / "steps.json"
        path.write_text(json.dumps(steps), encoding="utf-8")
        if not self.stores.exists():
            self.stores.write_text("{}", encoding="utf-8")
        words = (str(self.folder), str(path), str(self.stores))
        return node_json("activepieces.js", *words, package=PACKAGE)


def written(folder: Path, bridge: str = URL) -> Piece:
    """Export the piece into a folder."""
    return Piece(write(render(Site(app.CATALOGUE, URL)), folder), bridge)
