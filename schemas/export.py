"""Which platform a ready integration is for."""

from collections.abc import Sequence

from schemas.fields import Text
from schemas.shapes import Input


def which_export(platforms: Sequence[str]) -> type[Input]:
    """Make the schema of naming one of these platforms."""

    class WhichExport(Input):
        """A platform."""

        platform = Text(
            "Platform",
            "The platform that the integration is for.",
            example=next(iter(platforms), None),
            choices=platforms,
            required=True,
        )

    return WhichExport
