"""What a bridge offers to the holder of a token, as its catalogue says."""

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import simplejson
from cachetools import TTLCache

from connector.assistants import events
from connector.assistants.block_tool import BlockTool
from connector.assistants.bridge_calls import Answer, BridgeCalls, Call, Caller
from connector.clock import SYSTEM_CLOCK, Clock

# A new release of the bridge is seen, and a token that was taken back sees nothing, after that.
KEPT_FOR = timedelta(minutes=5)
MOST_KEPT = 256


class Refused(Exception):
    """The bridge does not answer this token; `status` is what it answered.

    `retry_after` is in how many seconds it may be asked again, if it said so.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.sentence)
        self.status = answer.status
        self.retry_after = answer.retry_after


class NoSuchTool(Exception):
    """No tool is called so."""


@dataclass(frozen=True)
class Offer:
    """The tools of a bridge, by name, and the events of its triggers."""

    tools: Mapping[str, BlockTool]
    recent: events.RecentEvents

    def call(self, name: str, arguments: Mapping[str, Any], new_key: Callable[[bool], str]) -> Call:
        """Return the call to make of a tool. Raises NoSuchTool, NoSuchTrigger and Unconfirmed."""
        tool = self.tools.get(name)
        if tool is not None:
            return tool.call(arguments, new_key)
        if name == events.NAME:
            return self.recent.call(arguments)
        known = ", ".join([*self.tools, events.NAME])
        raise NoSuchTool(f"There is no tool {name!r}. These are there: {known}.")


class Offers:
    """Asks a bridge for its catalogue, at most once in five minutes for each token."""

    def __init__(self, bridge: BridgeCalls, clock: Clock = SYSTEM_CLOCK) -> None:
        self._bridge = bridge
        self._kept: TTLCache[bytes, Offer] = TTLCache(
            MOST_KEPT, KEPT_FOR.total_seconds(), timer=lambda: clock.now().timestamp()
        )
        self._lock = threading.Lock()

    def to(self, caller: Caller) -> Offer:
        """Return what there is for a caller. Raises Refused and BridgeAway."""
        mark = hashlib.sha256(caller.token.encode()).digest()
        with self._lock:
            kept = self._kept.get(mark)
        if kept is None:
            kept = self._ask(caller)
            with self._lock:
                self._kept[mark] = kept
        return kept

    def _ask(self, caller: Caller) -> Offer:
        done = self._entries("/v1/actions", caller)
        tools = [BlockTool(each) for each in done]
        triggers = {each["key"]: each for each in self._entries("/v1/triggers", caller)}
        return Offer({each.name: each for each in tools}, events.RecentEvents(triggers))

    def _entries(self, path: str, caller: Caller) -> list[dict[str, Any]]:
        answer = self._bridge.make(Call("GET", path), caller)
        if not answer.is_good:
            raise Refused(answer)
        entries: list[dict[str, Any]] = simplejson.loads(answer.text)
        return entries
