"""Each fault of the table really holds something up: else it would prove nothing."""

from typing import Any

import pytest

from tests.feed.histories import FAILURES
from tests.feed.test_histories import Story

NEW = "new_rma"


def tells_at_once(*faults: tuple[Any, ...]) -> bool:
    """Return whether a new return comes out at the next look, after a fault."""
    with Story.begun(1, 0, [60]) as told:
        told.walk(NEW, 3)
        told.wait(61)
        told.happen([("rma", "demo.myshopify.com", True)] * 2)
        for what, *how in faults:
            getattr(told, what)(*how)
        told.walk(NEW, 3)
        came_at_once = len(told.walked[NEW]) == 3
        told.settle()
        assert len(told.walked[NEW]) == 3
        return came_at_once


def test_without_a_fault_a_return_comes_out_at_once():
    assert tells_at_once()


@pytest.mark.parametrize(
    "fault",
    [
        *[("fail", kind, "/rma", 9) for kind in FAILURES],
        ("throttle", 99),
        ("spend_the_day",),
        ("refuse_a_cursor",),
        ("delay_details", 1),
        ("die", 2, True),
        ("die", 2, False),
    ],
    ids=str,
)
def test_a_fault_holds_up_what_comes_out_for_a_while(fault):
    assert not tells_at_once(fault)
