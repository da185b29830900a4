"""Make: a custom app, as the project that Make's editor for VS Code deploys.

What its files mean: https://developers.make.com/custom-apps-documentation
"""

from connector.export.make.app import ModuleGroup, app
from connector.export.make.connection import base, connection
from connector.export.make.modules import action, search
from connector.export.make.rpcs import rpc
from connector.export.make.triggers import instant_trigger, polling_trigger, webhook
from connector.export.make.universal import universal
from connector.export.site import Files, Site


def render(site: Site) -> Files:
    """Write the custom app: `makecomapp.json`, and a file for each part of each component."""
    blocks = site.catalogue
    triggers = blocks.triggers.values()
    return app(
        base(site.public_url),
        others=[
            connection(site.public_url),
            *(webhook(blocks, each) for each in triggers),
            *(rpc(blocks, each) for each in blocks.choices.values()),
        ],
        groups=[
            ModuleGroup("Triggers", [polling_trigger(blocks, each) for each in triggers]),
            ModuleGroup("Instant Triggers", [instant_trigger(each) for each in triggers]),
            ModuleGroup("Actions", [action(blocks, each) for each in blocks.actions.values()]),
            ModuleGroup("Searches", [search(blocks, each) for each in blocks.searches.values()]),
            ModuleGroup("Other", [universal(site.public_url)]),
        ],
    )
