"""Making a fixture: the sandbox plays ReturnGO, and the block's scenario happens there."""

import app
from connector.sandbox.app import create_app
from tests.recordings.exchanges import Recording, Replay
from tests.recordings.fixture import Fixture
from tests.recordings.performing import perform
from tests.recordings.scenarios import scenario_of
from tests.recordings.scenarios.world import World
from tests.stand_ins import HandClock, WsgiAdapter

BLOCKS = {block.key: block for block in app.CATALOGUE}


def record(key: str) -> Fixture:
    """Run a block in its scenario. Each time gives the same, down to the byte."""
    clock = HandClock()
    sandbox = create_app(now=clock.now, pause=clock.sleep, empty=True, second_limit=100_000)
    story = scenario_of(key)(World(sandbox))
    given = next(story)
    recording = Recording(WsgiAdapter(sandbox))
    shown = perform(BLOCKS[key], given, recording, clock, meanwhile=lambda: next(story, None))
    return Fixture(key, given, recording.exchanges, shown)


def replay(fixture: Fixture) -> object:
    """Run a block on what was recorded, and answer what it shows.

    Raises AssertionError when it asks ReturnGO anything else than it did.
    """
    adapter = Replay(fixture.exchanges)
    try:
        return perform(BLOCKS[fixture.block], fixture.given, adapter, HandClock())
    finally:
        adapter.finish()
