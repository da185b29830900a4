"""What happens at ReturnGO for each block: a function by the block's key.

It makes a small world, yields what the block is given, and lets the rest happen between the two
polls of a trigger.
"""

from tests.recordings.scenarios import actions, choices, searches, triggers
from tests.recordings.scenarios.world import Scenario


def scenario_of(key: str) -> Scenario:
    """Find a block's scenario."""
    for module in (triggers, actions, searches, choices):
        if hasattr(module, key):
            scenario: Scenario = getattr(module, key)
            return scenario
    raise LookupError(f"tests/recordings/scenarios lets nothing happen for {key}.")
