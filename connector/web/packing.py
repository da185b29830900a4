"""Long answers go out compressed to whoever takes that (RFC 9110, gzip)."""

from collections.abc import Callable

from flask import Response, request

LEAST_PACKED = 10_000  # bytes: less is not worth it
PACKED = "gzip"


def answer(
    body: bytes, packed: Callable[[], bytes], *, content_type: str, tag: str | None = None
) -> Response:
    """Serve a body as it is, or as `packed` makes it, which is asked only where it is wanted.

    `tag` is the body's own; what is compressed has another (RFC 9110, section 8.8.3.3).
    """
    is_long = len(body) >= LEAST_PACKED
    is_packed = is_long and _takes_packed()
    response = Response(packed() if is_packed else body, content_type=content_type)
    if is_long:
        response.headers["Vary"] = "Accept-Encoding"
    if is_packed:
        response.headers["Content-Encoding"] = PACKED
    if tag is not None:
        response.set_etag(f"{tag}-{PACKED}" if is_packed else tag)
    return response


def _takes_packed() -> bool:
    wanted = request.accept_encodings
    return bool(wanted) and wanted.best_match([PACKED, "identity"]) == PACKED
