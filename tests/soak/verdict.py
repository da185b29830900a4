"""What came of a soak: compares what happened with what was told, sent and done."""

from collections import Counter
from dataclasses import dataclass, field

import simplejson

from tests.end_to_end.hook_receiver import Receiver
from tests.soak.clients import Poller
from tests.soak.happenings import NAMES, Thing, World, thing_of


@dataclass
class Told:
    """How often something that happened was never told, or told twice or without a reason."""

    expected: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def add(self, name: str, happened: set[Thing], told: Counter[Thing]) -> None:
        """Compare what happened with how often each thing was told."""
        self.expected += len(happened)
        self.lost += [f"{name} {thing}" for thing in happened if not told[thing]]
        self.doubled += [
            f"{name} {thing} {times}"
            for thing, times in told.items()
            if times > 1 or thing not in happened
        ]


def polled(world: World, pollers: list[Poller]) -> Told:
    """Compare what happened with what clients were told."""
    result = Told()
    for each in pollers:
        told = Counter(thing for _, thing in each.told)
        word = "walking" if each.walks else "newest first"
        result.add(f"{each.trigger} ({word})", world.happened[each.trigger], told)
    return result


def hooked(world: World, receiver: Receiver) -> tuple[Told, int]:
    """Compare what happened with the messages that came; count those that came again."""
    result = Told()
    messages: dict[str, dict[str, Thing]] = {trigger: {} for trigger in NAMES}
    received = list(receiver.received)
    for path, headers, body in received:
        messages[path][headers["webhook-id"]] = thing_of(path, simplejson.loads(body))
    for trigger, by_id in messages.items():
        result.add(f"hook {trigger}", world.happened[trigger], Counter(by_id.values()))
    return result, len(received) - sum(map(len, messages.values()))
