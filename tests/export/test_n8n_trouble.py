"""What n8n is told when the bridge cannot answer right now."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import app
from connector.blocks import Block
from tests.export.conftest import Live
from tests.export.n8n_package import Told, execute, poll, step, typed, written
from tests.export.troubled import ASKING, examples, first_contact, seconds_left, spent_day

CATALOGUE = app.CATALOGUE
FIRST = "The bridge reads this shop for the first time"
WAIT = 10  # seconds: the bridge's Retry-After while it reads
MODES = ("trigger", "manual")  # a live workflow; trying a step by hand
READING = 20  # seconds: longer than the bridge lets anybody wait for a first reading


def filled_in(block: Block) -> dict[str, Any]:
    """Fill in a form with the examples that it shows."""
    return typed(CATALOGUE, block, examples(block))


def seconds(told: Told) -> int:
    (found,) = re.findall(r"Try again in (\d+) seconds\.", str(told.description))
    return int(found)


def keeps_nothing(told: Told) -> bool:
    return not any((told.staticData or {}).values())


def test_every_block_says_when_to_come_back_when_the_day_is_spent(live: Live, tmp_path: Path):
    polls = {key: filled_in(block)["additionalFields"] for key, block in CATALOGUE.triggers.items()}
    steps = [
        *(poll(key, filters, mode=mode) for key, filters in polls.items() for mode in MODES),
        *(execute(block.key, **filled_in(block)) for block in ASKING),
        step("options", method="open_rmas", parameters={}),
    ]
    with spent_day(live, tmp_path) as bridge:
        told = replace(written(CATALOGUE, tmp_path), bridge=bridge.url).run(steps)
        left = seconds_left(bridge)
    for done, each in zip(steps, told, strict=True):
        assert (each.error, each.http_code) == ("NodeApiError", "429"), done
        assert "calls" in each.message, done
        assert seconds(each) >= left, done
        assert keeps_nothing(each), "the next poll begins as this one did"


def test_each_look_at_the_first_contact_says_when_to_come_back(tmp_path: Path):
    with first_contact(tmp_path, seconds=READING) as bridge:
        n8n = replace(written(CATALOGUE, tmp_path), bridge=bridge.url)
        told = n8n.run([poll("new_rma"), poll("new_rma", mode="manual")])
    for each in told:
        assert (each.error, each.http_code) == ("NodeApiError", "503")
        assert each.message.startswith(FIRST)
        assert each.description == f"Service Unavailable. Try again in {WAIT} seconds."
        assert keeps_nothing(each)
