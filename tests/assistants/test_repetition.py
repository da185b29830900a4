from datetime import timedelta

import pytest

from connector.assistants.repetition import SAME_FOR, Repetitions
from tests.stand_ins import HandClock

A = {"rma_id": "1", "text": "a"}
B = {"rma_id": "1", "text": "b"}


@pytest.fixture
def repetitions(clock: HandClock) -> Repetitions:
    return Repetitions(clock)


@pytest.mark.parametrize("adds", [True, False])
def test_what_is_asked_again_has_the_same_key(repetitions: Repetitions, adds: bool) -> None:
    first = repetitions.key_of("token", "act", A, adds=adds)
    reordered = dict(reversed(A.items()))
    assert repetitions.key_of("token", "act", reordered, adds=adds) == first


@pytest.mark.parametrize("adds", [True, False])
def test_what_differs_in_anything_has_another_key(repetitions: Repetitions, adds: bool) -> None:
    asked = [("token", "act", A), ("token", "act", B), ("token", "other", A), ("else", "act", A)]
    assert len({repetitions.key_of(*each, adds=adds) for each in asked}) == len(asked)


def test_a_state_that_is_set_again_after_another_is_no_repetition(
    repetitions: Repetitions,
) -> None:
    keys = [repetitions.key_of("token", "act", each, adds=False) for each in (A, B, A)]
    assert len(set(keys)) == 3
    assert repetitions.key_of("token", "act", A, adds=False) == keys[2]


def test_what_another_token_does_lies_not_between(repetitions: Repetitions) -> None:
    first = repetitions.key_of("token", "act", A, adds=False)
    repetitions.key_of("else", "act", B, adds=False)
    assert repetitions.key_of("token", "act", A, adds=False) == first


def test_what_was_added_is_known_again_after_other_deeds(repetitions: Repetitions) -> None:
    keys = [repetitions.key_of("token", "act", each, adds=True) for each in (A, B, A)]
    assert keys[0] == keys[2] != keys[1]


def test_what_adds_has_the_same_key_in_a_process_that_has_just_begun(clock: HandClock) -> None:
    first = Repetitions(clock).key_of("token", "act", A, adds=True)
    assert Repetitions(clock).key_of("token", "act", A, adds=True) == first


@pytest.mark.parametrize("adds", [True, False])
def test_it_is_new_after_ten_minutes(
    repetitions: Repetitions, clock: HandClock, adds: bool
) -> None:
    first = repetitions.key_of("token", "act", A, adds=adds)
    clock.advance(SAME_FOR - timedelta(seconds=1))
    assert repetitions.key_of("token", "act", A, adds=adds) == first
    clock.advance(timedelta(seconds=2))
    assert repetitions.key_of("token", "act", A, adds=adds) != first


@pytest.mark.parametrize("adds", [True, False])
def test_a_key_tells_nothing_of_who_asks_and_what(repetitions: Repetitions, adds: bool) -> None:
    key = repetitions.key_of("secret-token", "act", A, adds=adds)
    assert len(key) <= 255
    assert "secret" not in key
