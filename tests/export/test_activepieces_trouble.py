"""What a step of the piece says when the bridge cannot answer right now."""

import re
from collections.abc import Iterable
from pathlib import Path

import app
from connector.blocks import Block
from tests.export.activepieces_piece import Piece, Step, Told, written
from tests.export.conftest import Live
from tests.export.troubled import ASKING, examples, first_contact, seconds_left, spent_day

CATALOGUE = app.CATALOGUE
FIRST = "The bridge reads this shop for the first time"
WAIT = 10  # seconds: the bridge's Retry-After while it reads


def filled_in(blocks: Iterable[Block], hook: str = "run") -> list[Step]:
    """Use each block with the examples that its form shows."""
    return [Step(block.key, hook, examples(block)) for block in blocks]


def seconds(sentence: str) -> int:
    (found,) = re.findall(r"Try again in (\d+) seconds\.", sentence)
    return int(found)


def test_every_step_says_when_to_come_back_when_the_day_is_spent(live: Live, tmp_path: Path):
    triggers = CATALOGUE.triggers.values()
    steps = [
        *(step for hook in ("run", "onEnable", "test") for step in filled_in(triggers, hook)),
        *(Step(f"{block.key}_instant", "test", examples(block)) for block in triggers),
        *filled_in(ASKING),
    ]
    drop_down = Step("update_rma_status", "options", more={"property": "rma_id"})
    with spent_day(live, tmp_path) as bridge:
        *told, offered = written(tmp_path, bridge.url).run([*steps, drop_down])
        left = seconds_left(bridge)
    for step, each in zip(steps, told, strict=True):
        assert "calls" in each.error, step
        assert seconds(each.error) >= left, step
        assert each.waits == [], "that is no wait for a step"
    assert seconds(offered.good["placeholder"]) >= left
    assert offered.good["disabled"]


def poll_at_first(folder: Path, **delay: float) -> Told:
    with first_contact(folder, **delay) as bridge:
        piece: Piece = written(folder, bridge.url)
        (told,) = piece.run([Step("new_rma")])
    return told


def test_a_poll_at_the_first_contact_comes_back_until_the_shops_are_read(tmp_path: Path):
    told = poll_at_first(tmp_path, seconds=8, count=1)
    assert isinstance(told.good, list)
    assert told.waits == [WAIT * 1000]


def test_a_poll_at_the_first_contact_gives_up_with_a_sentence(tmp_path: Path):
    told = poll_at_first(tmp_path, seconds=25)
    assert told.error.startswith(FIRST)
    assert seconds(told.error) == WAIT
    assert told.waits == [WAIT * 1000] * 2
