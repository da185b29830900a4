"""Messages: the object that polling shows, rendered once for all hooks of a trigger."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from connector.blocks import Trigger, to_json
from connector.feed.log.reader import Log

KEPT = 256


@dataclass(frozen=True)
class Message:
    """An event as a trigger shows it, and the same as it is sent."""

    shown: Mapping[str, Any]
    body: bytes


class Messages:
    """Renders events. Safe among threads."""

    def __init__(self, log: Log, triggers: Mapping[str, Trigger]) -> None:
        self._log = log
        self._triggers = triggers
        self.of = lru_cache(KEPT)(self._of)
        """Render an event, by its number in the database, for a trigger, by its key."""

    def _of(self, trigger: str, event_id: int) -> Message:
        shown = self._triggers[trigger].show_event(self._log.event(event_id))
        return Message(shown, to_json(shown))


def message_id(hook_id: str, shop: str, event_id: str) -> str:
    """Return the id of what is sent to a hook of a shop's event: for ever the same."""
    digest = hashlib.sha256(f"{hook_id}\0{shop}\0{event_id}".encode())
    return f"msg_{digest.hexdigest()[:32]}"
