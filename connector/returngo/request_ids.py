"""ReturnGO's names of the calls that a piece of work takes, for a record of the work."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_collected: ContextVar[list[str] | None] = ContextVar("returngo_request_ids", default=None)


@contextmanager
def collected_request_ids() -> Iterator[list[str]]:
    """Collect the ids of the calls that this thread makes in the block, in their order."""
    ids: list[str] = []
    token = _collected.set(ids)
    try:
        yield ids
    finally:
        _collected.reset(token)


def note_request_id(request_id: str | None) -> None:
    """Add the id of a call to what is being collected, if anything is."""
    ids = _collected.get()
    if ids is not None and request_id is not None:
        ids.append(request_id)
