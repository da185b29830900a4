"""Zapier: a CLI app, whose fixed code goes through the blocks of one JSON file.

What Zapier's schema asks of an app: https://docs.zapier.com/integrations
"""

from importlib.resources import files
from typing import Any

from connector.blocks import Block, Catalogue, Choice
from connector.export.form import about, answer, form
from connector.export.javascript import javascript
from connector.export.site import Files, Site
from connector.export.zapier.fields import input_fields, output_fields
from schemas.calls import LARGEST_LIMIT


def render(site: Site) -> Files:
    """Write the app: `npm install`, then `zapier-platform push`."""
    return javascript(files(__name__).joinpath("files"), _blocks(site))


def _blocks(site: Site) -> dict[str, Any]:
    catalogue = site.catalogue
    return {
        "url": site.public_url,
        "largest_limit": LARGEST_LIMIT,
        "triggers": [_described(catalogue, each) for each in catalogue.triggers.values()],
        "creates": [_described(catalogue, each) for each in catalogue.actions.values()],
        "searches": [_described(catalogue, each) for each in catalogue.searches.values()],
        "choices": [_choice(catalogue, each) for each in catalogue.choices.values()],
    }


def _described(catalogue: Catalogue, block: Block) -> dict[str, Any]:
    return {
        "key": block.key,
        "noun": block.noun,
        "display": {"label": block.label, "description": about(block)},
        "operation": {
            "inputFields": input_fields(form(catalogue, block)),
            "outputFields": output_fields(answer(block)),
            "sample": block.sample(),
        },
    }


def _choice(catalogue: Catalogue, choice: Choice) -> dict[str, Any]:
    """Describe a drop-down: a hidden trigger, which is given what the form holds already."""
    return {
        "key": choice.key,
        "noun": choice.noun,
        "display": {"label": choice.label, "description": about(choice), "hidden": True},
        "takes": [field.name for field in form(catalogue, choice)],
        "sample": choice.sample(),
    }
