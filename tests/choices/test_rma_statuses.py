from collections.abc import Callable

from tests.choices.conftest import Options


def test_the_statuses_are_offered_in_the_order_of_an_rmas_life_without_a_call(
    options: Options, made_calls: Callable[[], list[str]]
) -> None:
    offered = options("rma_statuses")
    assert [each["id"] for each in offered] == [
        *("Pending", "Approved", "Received", "Validated", "Done", "Rejected", "Canceled")
    ]
    assert all(each["label"] == each["id"] for each in offered)
    assert made_calls() == []
