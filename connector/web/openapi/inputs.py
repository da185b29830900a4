"""What the document says of a field that is sent, for the sake of clients that are made of it."""

from typing import Any

import simplejson
from marshmallow.fields import Field

from schemas.fields import Id
from schemas.shapes import Input

PATTERN, DEFAULT, ABOUT = "pattern", "default", "description"


def as_it_may_be_sent(_converter: Any, field: Field[Any], *, ret: dict[str, Any]) -> dict[str, Any]:
    """Leave out of `ret`, a field's JSON Schema, by what generated clients would refuse too much.

    An id is also taken as the dashboard writes it, and as the address of a page; a client would
    hold it against the pattern of the bare id. A field with a default would have to be sent:
    the words for people tell the default instead.
    """
    if isinstance(field.parent, Input):
        if isinstance(field, Id):
            ret.pop(PATTERN, None)
        if DEFAULT in ret:
            default = ret.pop(DEFAULT)
            shown = default if isinstance(default, str) else simplejson.dumps(default)
            told = f" Empty: {shown}."
            ret[ABOUT] = ret[ABOUT].removesuffix(told) + told
    return {}
