"""A client that follows Location and Retry-After to the letter, as Power Automate polls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Answer(Protocol):
    """What a call answered."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


@dataclass
class Follower:
    """Calls `url`, and from then on only what the answers say.

    `get` calls an address, `read` reads the JSON of an answer. `taken` are the events, in the
    order of their coming; `statuses` and `waits` (seconds) are what each call was answered.
    """

    url: str
    get: Callable[[str], Any]
    read: Callable[[Any], Any]
    taken: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)

    def call(self) -> int:
        """Call once, and answer the seconds to wait before the next time."""
        answer = self.get(self.url)
        self.statuses.append(answer.status_code)
        assert answer.status_code in {200, 202}, answer.text
        if answer.status_code == 200:
            events = self.read(answer)
            assert events, "news of nothing starts a flow for nothing"
            self.taken += events
        self.url = answer.headers["Location"]
        self.waits.append(int(answer.headers["Retry-After"]))
        return self.waits[-1]

    def catch_up(self) -> None:
        """Call until nothing more waits."""
        while self.call() == 0:
            pass
