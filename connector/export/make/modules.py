"""Modules of blocks: actions and searches, and what all modules of blocks have."""

from typing import Any

from connector.blocks import Action, Block, Catalogue, Search
from connector.export.form import LIMIT, about, answer, form, limit_of
from connector.export.make.app import Component, Sort
from connector.export.make.names import CONNECTION, action_id
from connector.export.make.parameters import asked, queried, sent, told

# What an action does to data, by the verb that its name begins with.
EFFECTS = {
    "add": "create",
    "create": "create",
    "delete": "delete",
    "get": "read",
    "record": "update",
    "update": "update",
}


def module(
    module_id: str,
    block: Block,
    module_type: str,
    codes: dict[str, Any],
    **more: Any,
) -> Component:
    """Make the module of a block. Where a code is missing, Make would put an example of its own."""
    return Component(
        sort=Sort.MODULE,
        id=module_id,
        about={
            "label": block.label,
            "description": about(block),
            "moduleType": module_type,
            "connection": CONNECTION,
            **more,
        },
        codes={
            "communication": {},
            "staticParams": [],
            "mappableParams": [],
            "interface": told(answer(block)),
            "samples": block.sample(),
            **codes,
        },
    )


def action(catalogue: Catalogue, block: Action) -> Component:
    """Do an action."""
    fields = form(catalogue, block)
    return module(
        action_id(block.key),
        block,
        "action",
        {
            "communication": {
                "url": f"/actions/{block.key}",
                "method": "POST",
                "body": sent(fields),
                "response": {"output": "{{body}}"},
            },
            "mappableParams": asked(fields),
        },
        actionCrud=EFFECTS.get(block.key.partition("_")[0]),
    )


def search(catalogue: Catalogue, block: Search) -> Component:
    """Look for things, each of which becomes a bundle."""
    fields = [*form(catalogue, block), *limit_of(block)]
    return module(
        action_id(block.key),
        block,
        "search",
        {
            "communication": {
                "url": f"/actions/{block.key}",
                "method": "GET",
                "qs": queried(fields),
                "response": {
                    "iterate": "{{body}}",
                    "output": "{{item}}",
                    "limit": f"{{{{parameters.{LIMIT}}}}}",
                },
            },
            "mappableParams": asked(fields),
        },
    )
