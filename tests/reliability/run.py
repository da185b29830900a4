"""Running histories until there are enough of them, in all processors at once."""

import logging
import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import structlog
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from tests.feed import test_histories, test_part_histories
from tests.feed.histories import AGES, History, histories_of
from tests.reliability.tally import Tally

CHUNK = 50
SORTS: list[tuple[type[History], Any, tuple[str, ...]]] = [
    (test_histories.Story, test_histories.happenings, tuple(test_histories.TRIGGERS)),
    (test_part_histories.Story, test_part_histories.happenings, test_part_histories.NAMES),
]

log = logging.getLogger(__name__)


def run(*, histories: int, seconds: float) -> Tally:
    """Run at least so many histories, or as many as fit into so many seconds."""
    tally = Tally()
    until = time.monotonic() + seconds
    with ProcessPoolExecutor() as processes:
        while tally.histories < histories and time.monotonic() < until:
            seeds = [random.randrange(2**32) for _ in range(os.cpu_count() or 1)]
            for counted in processes.map(chunk, seeds):
                tally += counted
    return tally


def chunk(seed: int, histories: int = CHUNK) -> Tally:
    """Run so many histories, as many of each sort; what is amiss is printed with the seed."""
    # what the bridge logs of each fault would be all that anybody sees
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    tally = Tally()
    for story, happenings, names in SORTS:
        examples = histories // len(SORTS)
        _tell_many(story, histories_of(happenings, names), seed, examples, tally)
    return tally


def _tell_many(
    story: type[History], histories: Any, seed: int, examples: int, tally: Tally
) -> None:
    @seeded(seed)
    @settings(
        database=None,
        deadline=None,
        max_examples=examples,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(
        pagesize=st.one_of(st.integers(1, 7), st.sampled_from((50, 500))),
        skew=st.sampled_from((-600, 0, 600)),
        ages=st.lists(st.sampled_from(AGES), min_size=1, max_size=4),
        history=histories,
    )
    def tell(pagesize: int, skew: int, ages: list[int], history: list[Any]) -> None:
        try:
            with story.begun(pagesize, skew, ages) as told:
                told.live_through(history)
                is_right = tally.add(told)
        except Exception:
            # the other histories are told all the same; this one counts as amiss
            tally.broken += 1
            is_right = False
            log.exception("a history broke off")
        if not is_right:
            sys.stdout.write(
                f"amiss: {seed=} {story.__module__} {pagesize=} {skew=} {ages=} {history=}\n"
            )

    tell()
