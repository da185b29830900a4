"""The idempotency key of a request: the same, wherever it was sent and however it was written."""

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import request

from connector.blocks import FieldError, InvalidInput, read_input
from connector.web.request_body import read_body
from schemas.calls import ActionCall

IDEMPOTENCY_HEADER = "Idempotency-Key"
FIELD = "idempotency_key"


def sent_key(call: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Find the idempotency key of this request, in the header or in the field that `call` read.

    Return its normal form, and what earlier releases took for the key, where that is something
    else. Raises InvalidInput.
    """
    typed = _bare(request.headers.get(IDEMPOTENCY_HEADER, "").strip())
    header, field = _normal(_in_header(typed)), _normal(call.get(FIELD))
    if header and field and header != field:
        raise InvalidInput(
            [FieldError(FIELD, f"differs from the {IDEMPOTENCY_HEADER} header.", field)]
        )
    key = header or field
    earlier = typed or _as_it_came()
    return key, None if earlier in (key, "") else earlier


def _bare(header: str) -> str:
    # By its draft the header is a quoted structured string; most clients send it bare.
    if len(header) > 1 and header[0] == header[-1] == '"':
        return header[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return header


def _in_header(typed: str) -> str | None:
    """Read what the header holds as the field is read."""
    try:
        # WSGI hands bytes over as Latin-1 (PEP 3333); clients send UTF-8.
        text = typed.encode("latin-1").decode()
    except UnicodeError:
        text = typed
    try:
        key: str | None = read_input(ActionCall, {FIELD: text}).get(FIELD)
    except InvalidInput as error:
        raise InvalidInput(
            FieldError(IDEMPOTENCY_HEADER, each.detail, each.value) for each in error.errors
        ) from error
    return key


def _normal(key: str | None) -> str | None:
    return None if key is None else unicodedata.normalize("NFC", key)


def _as_it_came() -> str:
    """Return what the field held, blanks and all."""
    sent = read_body().get(FIELD)
    return f"{sent:f}" if isinstance(sent, Decimal) else str("" if sent is None else sent)
