"""Turning the pages of a list at ReturnGO."""

from collections.abc import Callable
from typing import Any

from connector.returngo import BadRequest, Rows


class CursorRefused(BadRequest):
    """ReturnGO refused its own cursor, or it stands still: the list has to begin anew."""


def read_page(rows: Callable[..., Rows], *words: Any, cursor: str | None, **query: Any) -> Rows:
    """Read the page of a list that begins at a cursor, the first one without.

    Raises CursorRefused where the next page cannot be reached, and ReturnGOError.
    """
    try:
        page = rows(*words, cursor=cursor, **query)
    except BadRequest as error:
        if cursor is None:
            raise
        raise CursorRefused(
            "ReturnGO refused its own cursor.", request_id=error.request_id
        ) from error
    if page.next_cursor is not None and page.next_cursor == cursor:
        raise CursorRefused("ReturnGO's cursor does not move.")
    return page
