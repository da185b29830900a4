"""Messages: the object that polling shows, rendered once for all hooks of a trigger."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache

from connector.blocks import Rendered, Trigger
from connector.feed import Log

KEPT_MESSAGES = 256


class Messages:
    """Renders events. Safe among threads."""

    def __init__(self, log: Log, triggers: Mapping[str, Trigger]) -> None:
        self._log = log
        self._triggers = triggers
        self.of = lru_cache(KEPT_MESSAGES)(self._of)
        """Render the event at a place of a connection's log for a trigger, by its key.

        Its number in the database finds it, but does not name it: SQLite gives that of a deleted
        event to the next one.
        """

    def _of(self, trigger: str, _connection: str, _seq: int, event_id: int) -> Rendered:
        return self._triggers[trigger].render(self._log.event(event_id))


def message_id(hook_id: str, shop: str, event_id: str) -> str:
    """Return the id of what is sent to a hook of a shop's event: for ever the same."""
    digest = hashlib.sha256(f"{hook_id}\0{shop}\0{event_id}".encode())
    return f"msg_{digest.hexdigest()[:32]}"
