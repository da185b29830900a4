from typing import Any

import pytest

from connector.connections import Connection
from connector.returngo import ReturnGO, Upstream
from connector.returngo.lookup import find_details, find_summaries
from connector.sandbox.app import SandboxApp
from tests.conftest import Control
from tests.processes import SHOPS


@pytest.fixture
def returngo(upstream: Upstream, connection: Connection) -> ReturnGO:
    return upstream.open(connection, SHOPS[0])


def page(*order_names: str, **more: Any) -> dict[str, Any]:
    rows = [{"rmaId": f"{n}", "order_name": name} for n, name in enumerate(order_names)]
    return {"rmas": rows, **more}


def order_names(found: list[dict[str, Any]]) -> list[str]:
    return [rma["rmaSummary"]["order_name"] for rma in found]


def test_a_page_that_is_not_full_is_followed_by_the_next(
    control: Control, returngo: ReturnGO
) -> None:
    control("faults", status=200, body=page("H1", "H2", next_cursor="more"))
    control("faults", status=200, body=page("H3", "H4"))
    assert order_names(find_summaries(returngo, 3)) == ["H1", "H2", "H3"]


def test_pages_that_never_end_are_left(
    control: Control, returngo: ReturnGO, sandbox: SandboxApp
) -> None:
    control("faults", status=200, body=page(next_cursor="more"), count=9)
    assert find_summaries(returngo, 3) == []
    assert len(sandbox.simulation.calls) == 1


def test_an_order_of_another_name_is_left_out_even_if_returngo_finds_it(
    control: Control, returngo: ReturnGO
) -> None:
    control("faults", status=200, body=page("#10011", "#1001", "1001"))
    assert order_names(find_summaries(returngo, 9, order_name="#1001")) == ["#1001", "1001"]


def test_an_rma_that_is_gone_by_the_time_it_is_read_is_left_out(
    control: Control, returngo: ReturnGO
) -> None:
    control("faults", status=200, body=page("H1"))
    assert list(find_details(returngo, 9)) == []
