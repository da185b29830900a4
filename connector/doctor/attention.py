"""What needs attention: all that can be seen to be wrong without any call."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from connector.bridge import Bridge
from connector.connections import Connection
from connector.doctor.check import Check, CheckState
from connector.doctor.checks import glance_at_bridge, glance_at_connection
from connector.doctor.setup import Setup


@dataclass(frozen=True)
class Glimpse:
    """A check of a connection, or of the bridge where `connection` is None."""

    connection: Connection | None
    check: Check


def glance(bridge: Bridge) -> Iterator[Glimpse]:
    """Check what can be seen of the bridge and of each connection that it keeps.

    Raises StoreUnavailable and WrongSecretKey.
    """
    for check in glance_at_bridge(Setup.of(bridge, None)):
        yield Glimpse(None, check)
    for each in bridge.connections.all():
        for check in glance_at_connection(Setup.of(bridge, each)):
            yield Glimpse(each, check)


def to_mend(checks: Iterable[Check]) -> list[Check]:
    """Return those that say what is wrong."""
    return [each for each in checks if each.state is CheckState.TO_MEND]
