"""Ready integrations to download: /v1/export/{platform}.zip."""

from typing import Any

from flask import Response
from werkzeug.exceptions import NotFound

from connector.blocks import Catalogue
from connector.export import EXPORTERS, Site, archive
from connector.web.context import own_address
from connector.web.operations import Operation, Operations
from schemas.export import which_export

ZIP = "application/zip"


def add_exports(operations: Operations, catalogue: Catalogue) -> None:
    """Add the operation that answers a platform's files."""

    def export(call: dict[str, Any]) -> Response:
        render = EXPORTERS.get(call["platform"])
        if render is None:
            raise NotFound(f"There are exports for {', '.join(EXPORTERS)}.")
        packed = archive(render(Site(catalogue, own_address())))
        return Response(packed, content_type=ZIP)

    operations.add(
        Operation(
            id="export",
            path="/export/{platform}.zip",
            in_path=which_export(tuple(EXPORTERS)),
            tag="Exports",
            summary="Ready Integration",
            description="The blocks of this bridge as a platform takes them, with the address of"
            " this bridge filled in.",
            answer={"type": "string", "format": "binary"},
            media_type=ZIP,
            scope=None,
        ),
        export,
    )
