"""What the OpenAPI document may be asked for."""

from schemas.fields import Text
from schemas.shapes import Input

SMALL = "small"
NEWER = "3.1"
OLDER = "3.0"


class DocumentCall(Input):
    """Which form of the document is wanted."""

    profile = Text(
        "Profile",
        "`small`: actions, searches and drop-downs alone, for tools that take few operations.",
        choices=[SMALL],
    )
    version = Text(
        "Version",
        "The version of OpenAPI: `3.1`, or `3.0` for tools that cannot read that.",
        choices=[NEWER, OLDER],
        load_default=NEWER,
    )
