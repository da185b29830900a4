"""A subflow: a node of the palette, made of nodes that every Node-RED has."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

Node = dict[str, Any]

CATEGORY = "ReturnGO"
COLOUR = "#C7E9C0"
COLUMN_WIDTH = 180
ROW_HEIGHT = 80
STATUS = "status"
# Worked out by Node-RED itself, so that no message ever holds them. A token goes before a key.
HEADERS = {
    "Authorization": '($it := $env("RETURNGO_BRIDGE_TOKEN"); $it ? "Bearer " & $it : "")',
    "x-api-key": '$env("RETURNGO_API_KEY")',
    "x-shop-name": '$env("RETURNGO_SHOP")',
}


class Subflow:
    """Collects the nodes of one subflow; each is known by its name in it."""

    def __init__(self, name: str, *, icon: str, info: str, block: Mapping[str, Any]) -> None:
        self._id = _digest(name)
        self._block = block
        self._inner: list[Node] = []
        self._whole: Node = {
            "id": self._id,
            "type": "subflow",
            "name": name,
            "info": info,
            "category": CATEGORY,
            "color": COLOUR,
            "icon": f"font-awesome/{icon}",
            "in": [],
            "out": [],
            "env": [hidden(name, "jsonata", value) for name, value in HEADERS.items()],
            "meta": {},
        }

    def ask_for(self, fields: Sequence[Node]) -> None:
        """Add fields to the form."""
        self._whole["env"] = [*self._whole["env"], *fields]

    def begin(self, first: str, label: str) -> None:
        """Hand what arrives to a node."""
        port = {"x": 0, "y": 0, "wires": [{"id": self._named(first)}]}
        self._whole |= {"in": [port], "inputLabels": [label]}

    def end(self, last: str, label: str) -> None:
        """Hand on what a node sends by its first output."""
        port = {"x": 5 * COLUMN_WIDTH, "y": 0, "wires": [{"id": self._named(last), "port": 0}]}
        self._whole |= {"out": [port], "outputLabels": [label]}

    def run(
        self, name: str, wires: Sequence[Sequence[str]], *, knows: str = "", **more: Any
    ) -> None:
        """Add a function: the file of its name, which knows the block, and more if told so."""
        beginning = f"const BLOCK = {json.dumps(self._block, ensure_ascii=False)};\n"
        self.add(
            name,
            "function",
            wires,
            func=beginning + knows + _file("bridge") + _file(name),
            outputs=len(wires),
            **more,
        )

    def call(self, to: str) -> None:
        """Add what calls the bridge, and hand each answer to a node."""
        self.add(
            "call",
            "http request",
            [[to]],
            method="use",
            url="",
            ret="txt",
            paytoqs="ignore",
            persist=True,
            senderr=True,  # what never reached the bridge goes to Catch nodes
            headers=[
                {
                    "keyType": "other",
                    "keyValue": name,
                    "valueType": "other",
                    "valueValue": f"${{{name}}}",
                }
                for name in HEADERS
            ],
        )

    def add(self, name: str, kind: str, wires: Sequence[Sequence[str]], **properties: Any) -> None:
        """Add a node, with the names of those to which each of its outputs leads."""
        place = len(self._inner)
        self._inner.append(
            {
                "id": self._named(name),
                "type": kind,
                "z": self._id,
                "name": name,
                **properties,
                "x": COLUMN_WIDTH + place % 4 * COLUMN_WIDTH,
                "y": ROW_HEIGHT * (1 + place // 4),
                "wires": [[self._named(each) for each in output] for output in wires],
            }
        )

    def nodes(self) -> list[Node]:
        """Return the subflow and all that is in it; it shows how its functions stand."""
        self.add(STATUS, "status", [], scope=None)
        port = {
            "x": 5 * COLUMN_WIDTH,
            "y": ROW_HEIGHT,
            "wires": [{"id": self._named(STATUS), "port": 0}],
        }
        return [self._whole | {"status": port}, *self._inner]

    def _named(self, name: str) -> str:
        return _digest(f"{self._id} {name}")


def hidden(name: str, kind: str, value: str) -> Node:
    """Make a variable of a subflow that no form shows; Node-RED works its value out."""
    return {"name": name, "type": kind, "value": value, "ui": {"type": "hide"}}


def _digest(words: str) -> str:
    """Make an id of the form that Node-RED uses: the same each time."""
    return hashlib.sha256(f"returngo {words}".encode()).hexdigest()[:16]


def _file(name: str) -> str:
    return files(__package__ or "").joinpath("files", f"{name}.js").read_text(encoding="utf-8")
