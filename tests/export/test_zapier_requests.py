"""What the exported app sends, whatever a form holds."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.export.deeds import DEED, DEEDS, FIND, PARCELS
from tests.export.zapier_app import choose, create, search, written


@dataclass
class Sent:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any


@dataclass
class Ear:
    """What was sent so far, to `url`."""

    url: str = ""
    sent: list[Sent] = field(default_factory=list)


@pytest.fixture(scope="module")
def ear() -> Iterator[Ear]:
    ear = Ear()

    class Handler(BaseHTTPRequestHandler):
        def hear(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = json.loads(body) if body else None
            ear.sent.append(Sent(self.command, url.path, parse_qs(url.query), headers, said))
            answer = b"[]" if self.command == "GET" else b"{}"
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = hear  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        ear.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield ear
        server.shutdown()


@pytest.fixture(scope="module")
def sent(ear: Ear, tmp_path_factory: pytest.TempPathFactory) -> list[Sent]:
    zap = written(DEEDS, tmp_path_factory.mktemp("zapier"), f" {ear.url}/ ")
    form = {
        "kind": "large",
        "place__city": "Springfield",
        "words": ["yes", "", "no"],
        "rows": [{"rows__city": "Here"}, {"rows__city": ""}, {"rows__city": "There"}],
        "parcel_id": None,
        "idempotency_key": "",
    }
    steps = [
        create(DEED.key, form),
        search(FIND.key, {"words": ["yes", "no"], "shop": ""}),
        choose(PARCELS.key, form),
    ]
    assert [told.good for told in zap.run(steps)] == [{}, [], []]
    return ear.sent


def test_an_action_is_sent_as_the_bridge_takes_it(sent: list[Sent]):
    made = sent[0]
    assert (made.method, made.path, made.query) == ("POST", "/v1/actions/do_it", {})
    assert made.body == {
        "kind": "large",
        "place": {"city": "Springfield"},
        "words": ["yes", "no"],
        "rows": [{"city": "Here"}, {"city": "There"}],
    }
    assert made.headers["content-type"] == "application/json"


def test_a_search_is_sent_in_the_address(sent: list[Sent]):
    found = sent[1]
    assert (found.method, found.path) == ("GET", "/v1/actions/find_it")
    assert found.query == {"words": ["yes,no"]}
    assert found.body is None


def test_a_drop_down_is_asked_with_what_it_takes_of_the_form(sent: list[Sent]):
    asked = sent[2]
    assert (asked.path, asked.query) == ("/v1/choices/parcels", {"kind": ["large"]})


def test_every_call_carries_the_connection(sent: list[Sent]):
    for each in sent:
        assert each.headers["authorization"] == "Bearer demo-token"
        assert each.headers["user-agent"] == "Zapier"
        assert "x-api-key" not in each.headers
