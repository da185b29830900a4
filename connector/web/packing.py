"""Long answers go out compressed to whoever takes that (RFC 9110, gzip)."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from http import HTTPStatus

from flask import Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

LEAST_PACKED = 10_000  # bytes: less is not worth it
PACKED = "gzip"
MOST_ACCEPTED = 256


def answer(
    body: bytes,
    packed: Callable[[], bytes],
    *,
    content_type: str,
    tag: str | None = None,
    headers: Iterable[tuple[str, str]] = (),
) -> Response:
    """Serve a body as it is, or as `packed` makes it, which is asked only where it is wanted.

    `tag` is the body's own; what is compressed has another (RFC 9110, section 8.8.3.3). A caller
    that has it already (If-None-Match) is told so by 304.
    """
    environ = request.environ
    sent = list(headers)
    is_long = len(body) >= LEAST_PACKED
    is_packed = is_long and _takes_packed(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if is_long:
        sent.append(("Vary", "Accept-Encoding"))
    if tag is None:
        known = None
    else:
        known = environ.get("HTTP_IF_NONE_MATCH")
        entity = f'"{tag}-{PACKED}"' if is_packed else f'"{tag}"'
        sent.append(("ETag", entity))
        if known == entity:
            # As nearly all send it: to read it as a list of tags takes as long as all of the rest.
            return Response(status=HTTPStatus.NOT_MODIFIED, headers=sent)
    if is_packed:
        sent.append(("Content-Encoding", PACKED))
    response = Response(packed() if is_packed else body, headers=sent, content_type=content_type)
    if known is not None:
        # If-Match guards changes; what is read changes nothing, so there is nothing to refuse.
        response.make_conditional({**environ, "HTTP_IF_MATCH": ""})
    return response


@lru_cache(maxsize=MOST_ACCEPTED)
def _takes_packed(accepted: str) -> bool:
    wanted = parse_accept_header(accepted, Accept)
    return bool(wanted) and wanted.best_match([PACKED, "identity"]) == PACKED
