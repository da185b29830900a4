"""A real Node-RED, and a flow with every node of the export in it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

import app
from connector.export import Site
from connector.export.node_red import FLOWS, render
from tests.end_to_end.waiting import eventually
from tests.node_tools import node_with, script
from tests.processes import CALL, TOKEN, Server, serving, start

Node = dict[str, Any]

TAB = "tab"
ANSWER = "answer"
CAUGHT = "caught"
KEEP = "keep"
# What a test POSTs becomes the message; where nothing comes back, it is told at once that it came.
AS_MESSAGE = "return { ...msg, ...msg.payload };"
AS_NOTICE = "const { req, res, payload } = msg; return [payload, { req, res, statusCode: 202 }];"
AS_ERROR = """\
const { req, res, ...rest } = msg;
if (!res) return node.warn(`Caught: ${msg.error.message}`);
const whole = util.inspect(rest, { depth: 9 });
return { res, statusCode: 500, payload: { said: msg.error.message, whole } };
"""
TOLD = "told"  # a store of what triggers have sent, in memory: a file would be written for each
KEPT = f"""\
const told = flow.get(msg.of, '{TOLD}') ?? [];
flow.set(msg.of, [...told, {{ ...msg, _msgid: undefined }}], '{TOLD}');
"""


@dataclass
class NodeRed(Server):
    """A Node-RED in a process of its own."""

    def deploy(self, nodes: Iterable[Node]) -> None:
        """Put flows in the place of those that are there, and wait until they run."""
        starts = self.starts()
        answer = requests.post(
            f"{self.url}/admin/flows",
            json=list(nodes),
            headers={"Node-RED-Deployment-Type": "full"},
            timeout=CALL,
        )
        assert answer.status_code == 204, answer.text
        eventually(lambda: self.starts() > starts)

    def starts(self) -> int:
        """Count how often flows were started."""
        return sum("Started flows" in line for line in self.log)

    def send(self, to: str, message: Mapping[str, Any]) -> requests.Response:
        """Send a message to a node, and answer what came out of it."""
        return requests.post(f"{self.url}/run/{to}", json=message, timeout=CALL)

    def notify(self, to: str, message: Mapping[str, Any]) -> None:
        """Send a message to a node that answers none."""
        address = f"{self.url}/notify/{to}"
        assert requests.post(address, json=message, timeout=CALL).status_code == 202

    def context(self, of: str) -> dict[str, Any]:
        """Look at what a node remembers."""
        answer = requests.get(f"{self.url}/admin/context/flow/{of}", timeout=CALL)
        kept = answer.json().get("default", {})
        return {name: json.loads(each["msg"]) for name, each in kept.items()}

    def forget(self, of: str, name: str) -> None:
        """Have a node forget something."""
        address = f"{self.url}/admin/context/flow/{of}/{name}"
        requests.delete(address, timeout=CALL).raise_for_status()

    def told(self, by: str) -> list[dict[str, Any]]:
        """Return the messages that a trigger has sent since Node-RED started."""
        address = f"{self.url}/admin/context/flow/{TAB}/{by}"
        kept = requests.get(address, params={"store": TOLD}, timeout=CALL).json()
        return list(json.loads(kept["msg"])) if kept["format"] != "undefined" else []


@contextmanager
def running_node_red(folder: Path, **environ: str) -> Iterator[NodeRed]:
    """Run a Node-RED that keeps everything in a folder."""
    command = [*node_with("node-red"), str(script("node_red.js")), str(folder)]
    node_red = NodeRed(start(command, environ))
    with serving(node_red, r"listening on (http://\S+)"):
        eventually(node_red.starts)
        yield node_red


def palette(bridge: str) -> list[Node]:
    """Export the nodes."""
    return list(json.loads(render(Site(app.CATALOGUE, bridge))[FLOWS]))


def by_name(nodes: Iterable[Node]) -> dict[str, Node]:
    """Find the nodes of the palette by their names."""
    return {node["name"]: node for node in nodes if node["type"] == "subflow"}


class Tab:
    """A tab on which nodes of the palette stand; each can be sent a message."""

    def __init__(self, palette: list[Node], **environ: str | None) -> None:
        self._palette = palette
        self._subflows = by_name(palette)
        variables = {"RETURNGO_BRIDGE_TOKEN": TOKEN, **environ}
        env = [
            {"name": name, "value": value, "type": "str"}
            for name, value in variables.items()
            if value is not None
        ]
        self._nodes: list[Node] = [
            {"id": TAB, "type": "tab", "label": "Test", "disabled": False, "env": env},
            {"id": ANSWER, "z": TAB, "type": "http response", "statusCode": "", "wires": []},
            {"id": CAUGHT, "z": TAB, "type": "catch", "scope": None, "wires": [[f"{CAUGHT}-said"]]},
            _function(f"{CAUGHT}-said", AS_ERROR, ANSWER),
            _function(KEEP, KEPT),
        ]

    def put(self, name: str, key: str, form: Mapping[str, str] | None = None) -> None:
        """Put a node there; what is not said of its form is as the palette has it."""
        subflow = self._subflows[name]
        known = {each["name"]: each for each in subflow["env"]}
        env = [{**known[field], "value": value} for field, value in (form or {}).items()]
        self._nodes += [
            _listening(f"{key}-in", f"/run/{key}", f"{key}-msg"),
            _function(f"{key}-msg", AS_MESSAGE, key),
            _listening(f"{key}-noticed", f"/notify/{key}", f"{key}-notice"),
            _function(f"{key}-notice", AS_NOTICE, key, ANSWER),
            {
                "id": key,
                "z": TAB,
                "type": f"subflow:{subflow['id']}",
                "name": "",
                "env": env,
                "wires": [[f"{key}-of"]],
            },
            _function(
                f"{key}-of",
                f"msg.of = '{key}'; return msg.res ? [msg, null] : [null, msg];",
                ANSWER,
                KEEP,
            ),
        ]

    def nodes(self) -> list[Node]:
        """Return everything to deploy; what stands nowhere would be a setting."""
        return [*self._palette, *({"x": 0, "y": 0, **node} for node in self._nodes)]


def placeholders(subflow: Node) -> dict[str, str]:
    """Have each field of a form taken from the message."""
    return {
        each["name"]: f"{{{{payload.{each['name']}}}}}"
        for each in subflow["env"]
        if each["ui"]["type"] != "hide"
    }


def _listening(name: str, path: str, to: str) -> Node:
    return {
        "id": name,
        "z": TAB,
        "type": "http in",
        "url": path,
        "method": "post",
        "wires": [[to]],
    }


def _function(name: str, code: str, *to: str) -> Node:
    return {
        "id": name,
        "z": TAB,
        "type": "function",
        "func": code,
        "outputs": max(1, len(to)),
        "libs": [],
        "wires": [[each] for each in to],
    }
