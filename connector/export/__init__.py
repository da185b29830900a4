"""Ready integrations: what each platform needs to offer this bridge's blocks.

Each platform is a package in here that can `render` a site into files; its name in addresses has a
`-` where the package has a `_`. Rendering is pure: the same site gives the same text.
"""

import pkgutil
from collections.abc import Callable
from importlib import import_module

from connector.export.archive import archive
from connector.export.site import Files, Site

__all__ = ["EXPORTERS", "Files", "Site", "archive"]

Render = Callable[[Site], Files]


def _found() -> dict[str, Render]:
    packages = sorted(each.name for each in pkgutil.iter_modules(__path__) if each.ispkg)
    return {name.replace("_", "-"): import_module(f"{__name__}.{name}").render for name in packages}


EXPORTERS: dict[str, Render] = _found()
"""How each platform's files are written, by the platform's name."""
