from collections.abc import Callable

import pytest

from tests.choices.conftest import Options
from tests.processes import SHOPS


@pytest.mark.two_shops
def test_the_shops_of_the_connection_are_offered_without_a_call(
    options: Options, made_calls: Callable[[], list[str]]
) -> None:
    assert options("shops") == [{"id": shop, "label": shop} for shop in SHOPS]
    assert made_calls() == []
