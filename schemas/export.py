"""Which platform a ready integration is for."""

from collections.abc import Sequence

from schemas.fields import Text
from schemas.shapes import Query


def which_export(platforms: Sequence[str]) -> type[Query]:
    """Make the schema of naming one of these platforms."""

    class WhichExport(Query):
        """A platform."""

        platform = Text(
            "Platform",
            "The platform that the integration is for.",
            example=next(iter(platforms), None),
            choices=platforms,
            required=True,
        )

    return WhichExport
