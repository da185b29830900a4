"""What stands behind the question mark of a request's address."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import request
from marshmallow import Schema

from connector.blocks import FieldError, InvalidInput, read_input
from schemas.fields import trim

MOST_QUERIES = 2048
MOST_BESIDE = 20  # parameters that are named in one refusal


def refuse_beside(sent: Any) -> None:
    """Refuse what stands in the address of a POST, unless the body says the same.

    To ignore it would be to act on another shop, or without a key. Raises InvalidInput.
    """
    said = sent if isinstance(sent, Mapping) else {}
    beside = [
        FieldError(
            name,
            "stands in the address, where this call takes nothing: put it into the body.",
            value,
        )
        for name, value in request.args.items(multi=True)
        if name not in said or trim(value) != trim(str(said[name]))
    ]
    if beside:
        raise InvalidInput(beside[:MOST_BESIDE])


@lru_cache(maxsize=MOST_QUERIES)
def read_query(schema: type[Schema], _query: bytes) -> dict[str, Any]:
    """Read this request's query, which thousands of workflows send again. Raises InvalidInput."""
    for name, values in request.args.lists():
        if len(values) > 1:
            raise InvalidInput([FieldError(name, "is given more than once.", values)])
    return read_input(schema, request.args.to_dict())
