"""Node-RED: one file to import, which adds a node to the palette for each block.

The nodes are subflows of what every Node-RED has, with the block's fields as their form. Their
format, and what a function node may use: https://nodered.org/docs/user-guide/
"""

from collections.abc import Iterator
from importlib.resources import files

from connector.blocks import Catalogue
from connector.export.node_red.palette import (
    asking,
    connection_test,
    doing,
    instant_trigger,
    offering,
    polling_trigger,
)
from connector.export.node_red.subflow import Node
from connector.export.site import Files, Site
from connector.export.text import as_json

FLOWS = "returngo-nodes.json"
README = "README.md"


def render(site: Site) -> Files:
    """Write the nodes: *Import* in Node-RED's menu takes the file."""
    readme = files(__name__).joinpath("files", README).read_text(encoding="utf-8")
    nodes = list(_nodes(site.catalogue, site.public_url))
    return {README: readme, FLOWS: as_json(nodes)}


def _nodes(catalogue: Catalogue, url: str) -> Iterator[Node]:
    yield from connection_test(url)
    for trigger in catalogue.triggers.values():
        yield from polling_trigger(catalogue, trigger, url)
        yield from instant_trigger(catalogue, trigger, url)
    for action in catalogue.actions.values():
        yield from doing(catalogue, action, url)
    for search in catalogue.searches.values():
        yield from asking(catalogue, search, url)
    for choice in catalogue.choices.values():
        yield from offering(catalogue, choice, url)
