"""n8n: a community node package, and workflows to import that need no package.

The package's fixed code goes through the blocks of one JSON file.
What n8n asks of nodes: https://docs.n8n.io/integrations/creating-nodes/
"""

from importlib.resources import files
from typing import Any

from connector.blocks import Block, Catalogue, Search
from connector.export.form import about, form
from connector.export.javascript import javascript
from connector.export.n8n.fields import ShownWhen, fields_of, filters_of
from connector.export.n8n.workflows import workflows
from connector.export.site import Files, Site
from connector.export.text import as_json
from schemas.calls import LARGEST_LIMIT

PACKAGE = "n8n-nodes-returngo-connector"
CODE = "dist"  # where n8n asks packages to have it
README = "README.md"


def render(site: Site) -> Files:
    """Write the package into a folder of its name, and a workflow a file beside it."""
    fixed = files(__name__).joinpath("files")
    package = fixed.joinpath("package")
    code = javascript(package.joinpath(CODE), _blocks(site))
    return {
        README: fixed.joinpath(README).read_text(encoding="utf-8"),
        **{
            f"{PACKAGE}/{name}": package.joinpath(name).read_text(encoding="utf-8")
            for name in ("package.json", "tsconfig.json")
        },
        **{f"{PACKAGE}/{CODE}/{name}": text for name, text in code.items()},
        **{f"workflows/{name}.json": as_json(each) for name, each in workflows(site).items()},
    }


def _blocks(site: Site) -> dict[str, Any]:
    catalogue = site.catalogue
    events = catalogue.triggers.values()
    operations = [*catalogue.actions.values(), *catalogue.searches.values()]
    return {
        "url": site.public_url,
        "largest_limit": LARGEST_LIMIT,
        "events": [_option(each) for each in events],
        "filters": [
            shown
            for each in events
            for shown in filters_of(form(catalogue, each), ShownWhen("event", each.key))
        ],
        "operations": [
            {**_option(each), "action": each.label, "method": _method(each)} for each in operations
        ],
        "fields": [shown for each in operations for shown in _fields(catalogue, each)],
        "choices": [
            {"key": each.key, "takes": [field.name for field in form(catalogue, each)]}
            for each in catalogue.choices.values()
        ],
    }


def _option(block: Block) -> dict[str, str]:
    return {"name": block.label, "value": block.key, "description": about(block)}


def _method(block: Block) -> str:
    return "GET" if isinstance(block, Search) else "POST"


def _fields(catalogue: Catalogue, block: Block) -> list[dict[str, Any]]:
    place = "query" if isinstance(block, Search) else "body"
    return fields_of(form(catalogue, block), ShownWhen("operation", block.key), place)
