import threading

import pytest

from connector.store.turns import TurnMissed, Turns

SOON = 0.01  # seconds
LONG = 20.0


def test_what_is_taken_is_there_again_when_it_is_given_back():
    turns = Turns(1)
    for _ in range(2):
        with turns.take(SOON), pytest.raises(TurnMissed), turns.take(SOON):
            pytest.fail("there is but one")


def test_who_came_first_has_the_first_turn():
    turns, order = Turns(1), list[int]()

    def wait(number: int) -> None:
        with turns.take(LONG):
            order.append(number)

    waiting = [threading.Thread(target=wait, args=[number]) for number in range(5)]
    with turns.take(SOON):
        for number, each in enumerate(waiting, 1):
            each.start()
            while len(turns._waiting) < number:
                pass
    for each in waiting:
        each.join()
    assert order == [0, 1, 2, 3, 4]
