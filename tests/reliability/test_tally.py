from collections import Counter
from typing import Any

import pytest

from tests.feed import test_histories
from tests.feed.histories import Account
from tests.reliability.run import chunk
from tests.reliability.tally import Tally


class Told:
    """A history that came to this end."""

    def __init__(self, faults: dict[str, int], *accounts: Account) -> None:
        self.faults = Counter(faults)
        self._accounts = accounts

    def accounts(self) -> tuple[Account, ...]:
        return self._accounts


def tally_of(*told: Any) -> Tally:
    tally = Tally()
    for each in told:
        tally.add(each)
    return tally


def test_each_fault_is_charged_with_what_its_histories_missed() -> None:
    good, bad = Account(5, 0, 0, 0), Account(5, 1, 2, 3)
    tally = tally_of(Told({"fire": 2}, good, good), Told({"fire": 1, "flood": 1}, good, bad))
    assert tally.histories == 2
    assert tally.table().splitlines()[2:] == [
        "| all together | 4 | 20 | 1 | 2 | 3 |",
        "| fire | 3 | 20 | 1 | 2 | 3 |",
        "| flood | 1 | 10 | 1 | 2 | 3 |",
    ]
    assert not tally.is_clean
    assert tally_of(Told({"fire": 2}, good)).is_clean


def test_what_two_processes_counted_adds_up() -> None:
    one = tally_of(Told({"fire": 2}, Account(5, 0, 0, 0)))
    two = tally_of(Told({"fire": 1}, Account(5, 1, 0, 0)))
    both = one + two
    assert (both.histories, both.times["fire"], both.missed["fire"]) == (2, 3, 1)


def test_a_short_run_is_clean_and_counts_what_struck() -> None:
    tally = chunk(seed=1, histories=4)
    assert tally.histories == 4
    assert tally.expected[Tally.ALL] > 60
    assert len(tally.times) > 5
    assert tally.is_clean, tally.table()


def test_a_history_that_breaks_off_is_amiss_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_: object, name: str, *_page: object) -> None:
        assert name != "new_rma", "a page is not as it must be"

    monkeypatch.setattr(test_histories.Story, "_look_at", fail)
    tally = chunk(seed=1, histories=4)
    assert (tally.histories, tally.broken) == (2, 2)
    assert not tally.is_clean
    assert not (tally + Tally()).is_clean
    assert capsys.readouterr().out.count("amiss: seed=1 tests.feed.test_histories") == 2
    assert caplog.text.count("AssertionError: a page is not as it must be") == 2
