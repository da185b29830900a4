"""The short form of `make years`: what is kept levels off, and nothing is told twice."""

from collections import Counter

import pytest
import simplejson

from connector.store import tables as stored
from tests.simulation.merchants import DAY
from tests.years.life import HOOKS, Life

KEEPS = 7  # days
LEVEL = ("event", "snapshot", "thing", "part", "delivery", "idempotency", "hint")
LEFT = ("trace", "told")


def kept(life: Life) -> dict[str, int]:
    """Count the rows of each table."""
    return {name: life.rows(stored.metadata.tables[name]) for name in (*LEVEL, *LEFT)}


def test_what_is_kept_levels_off_and_nothing_is_told_twice(
    database_url: str, monkeypatch: pytest.MonkeyPatch
):
    sent: Counter[tuple[str, str]] = Counter()
    life = Life(database_url, returns_a_day=4, keeps_days=KEEPS, polls_every=DAY)
    send = life.sender.send

    def noted(url, body, headers):
        sent[url, simplejson.loads(body)["id"]] += 1
        return send(url, body, headers)

    monkeypatch.setattr(life.sender, "send", noted)
    life.live(2 * KEEPS)
    before = kept(life)
    assert all(before[name] for name in ("event", "thing", "part", "delivery", *LEFT))
    life.live(KEEPS)
    after = kept(life)
    life.close()
    for name in LEVEL:
        assert after[name] <= before[name] * 1.3, name
    for name in LEFT:
        assert after[name] > before[name], name
    assert {url.rpartition("/")[2] for url, _ in sent} == {*HOOKS}
    assert set(sent.values()) == {1}
