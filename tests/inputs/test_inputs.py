"""What stands in docs/inputs.md is what this build answers."""

from collections.abc import Mapping
from typing import Any

from tests.inputs.asking import answers
from tests.inputs.page import PAGE, cells_of, labels, labels_of, shown_today
from tests.inputs.wires import Answer
from tests.processes import TOKEN
from tests.web.conftest import Bridge, Build


class Inside:
    """A wire to a bridge in this process: a second for all, where real ones take ten."""

    def __init__(self, bridge: Bridge) -> None:
        self.control = bridge.control
        self._client = bridge.client

    def send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        address, _, query = path.partition("?")
        sent: dict[str, Any] = {"query_string": query, "headers": dict(headers)}
        answer = self._client.open(address, method=method, data=body, **sent)
        return answer.status_code, answer.data, dict(answer.headers)


def test_the_page_says_what_is_answered(build: Build):
    """Where it does not any more, `python -m tests.inputs` writes it anew."""
    page = PAGE.read_text(encoding="utf-8")
    assert labels_of(page) == labels()
    bridge = build(bridge_token=TOKEN, feed_freshness=600)
    assert shown_today(page) == cells_of(answers(Inside(bridge), bridge.clock.now()))
