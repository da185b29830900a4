"""Whatever ReturnGO answers, doctor ends with a verdict on everything, and without a failure."""

import json
from random import Random
from typing import Any

import pytest

from connector.doctor import report
from connector.doctor.probes import PROBES, UNASKED
from connector.sandbox.app import create_app

ODD: tuple[Any, ...] = (
    None,
    "",
    0,
    -1,
    1.5,
    True,
    [],
    {},
    [None],
    {"a": 1},
    "9999-99-99",
    "0001-01-01T00:00:00",
)


@pytest.fixture
def sandbox(clock):
    """Two months of history."""
    return create_app(now=clock.now, pause=clock.sleep, daily_limit=10_000, second_limit=10_000)


def made_odd(document: Any, random: Random, share: float) -> Any:
    """Replace some of the values in a document, whole or in part."""
    if random.random() < share:
        return random.choice(ODD)
    if isinstance(document, dict):
        kept = {key: each for key, each in document.items() if random.random() >= share}
        return {key: made_odd(each, random, share) for key, each in kept.items()}
    if isinstance(document, list):
        return [made_odd(each, random, share) for each in document]
    return document


@pytest.mark.parametrize("seed", range(12))
def test_odd_answers_end_in_verdicts(examine, differences, seed):
    random = Random(seed)
    share = (0.002, 0.02, 0.2)[seed % 3]
    differences.answer = lambda path, document: {
        **document,
        **{
            key: made_odd(each, random, share)
            for key, each in document.items()
            if path != "/rmas" or len(document["rmas"]) > 1
        },
    }
    examined = examine()
    assert list(examined.told) == [*(each.name for each in PROBES), *UNASKED]
    assert json.dumps(report(examined.examination))
