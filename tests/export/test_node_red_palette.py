"""The palette for Node-RED, as it is written."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import app
from connector.export.form import form
from tests.export.node_red import Node, by_name, palette

URL = "https://bridge.example.com"
NODES = palette(URL)


def wired_to(node: Node) -> Iterator[str]:
    """Return the id of each node to which a node, or a port of a subflow, leads."""
    for output in node.get("wires", []):
        yield from output
    status: list[Any] = [node["status"]] if "status" in node else []
    for port in [*node.get("in", []), *node.get("out", []), *status]:
        yield from (wire["id"] for wire in port["wires"])


def test_no_id_stands_twice_and_each_wire_leads_to_a_node_of_the_same_subflow() -> None:
    assert max(Counter(node["id"] for node in NODES).values()) == 1
    home = {node["id"]: node.get("z", node["id"]) for node in NODES}
    wires = [(home[node["id"]], home[to]) for node in NODES for to in wired_to(node)]
    assert wires
    assert all(here == there for here, there in wires)


def test_there_is_a_node_for_each_block_whose_help_tells_its_fields() -> None:
    nodes, catalogue = by_name(NODES), app.CATALOGUE
    for block in (*catalogue.actions.values(), *catalogue.searches.values()):
        fields = form(catalogue, block)
        asked = {each["name"] for each in nodes[block.label]["env"]}
        assert {field.name for field in fields} <= asked
        assert all(field.help in nodes[block.label]["info"] for field in fields)
    for trigger in catalogue.triggers.values():
        assert {trigger.label, f"{trigger.label} (Instant)"} <= set(nodes)
    assert {f"List {choice.label}" for choice in catalogue.choices.values()} <= set(nodes)


def test_a_form_begins_empty_or_with_what_the_event_tells() -> None:
    subflows = by_name(NODES).values()
    values = [each["value"] for node in subflows for each in node["env"] if each["value"]]
    # The rest Node-RED works out, but for the seconds between two looks.
    known = ("{{event.", "$env(", "($it :=", "NODE_RED_URL", "/returngo/", "60")
    assert [value for value in values if not value.startswith(known)] == []
    assert "{{event.rma_id}}" in values
