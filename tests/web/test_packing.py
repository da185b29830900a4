"""A long answer is compressed for whoever takes that; each form of it has its own entity tag."""

import gzip

import pytest
from werkzeug.test import TestResponse

from connector.web.packing import LEAST_PACKED
from tests.web.conftest import Bridge

POLL = "/v1/triggers/new_rma"
RMAS = 30


@pytest.fixture
def _rmas(bridge: Bridge) -> None:
    for _ in range(RMAS):
        bridge.new_rma()


def ask(bridge: Bridge, accepted: str | None, path: str = POLL, **headers: str) -> TestResponse:
    wanted = {} if accepted is None else {"Accept-Encoding": accepted}
    return bridge.get(path, headers={**wanted, **headers})


@pytest.mark.usefixtures("_rmas")
@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br", "br;q=1, gzip;q=0.5", "*"])
@pytest.mark.parametrize("path", [POLL, "/openapi.json"])
def test_a_long_answer_is_compressed_where_that_is_taken(bridge: Bridge, accepted: str, path: str):
    plain, packed = ask(bridge, None, path), ask(bridge, accepted, path)
    assert len(plain.data) >= LEAST_PACKED
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 4
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]


@pytest.mark.usefixtures("_rmas")
@pytest.mark.parametrize("accepted", [None, "", "identity", "br", "gzip;q=0", "gzip;q=0, *"])
def test_it_is_not_compressed_where_that_is_not_taken(bridge: Bridge, accepted: str | None):
    answer = ask(bridge, accepted)
    assert "Content-Encoding" not in answer.headers
    assert answer.data.startswith(b"[{")
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_a_short_answer_is_never_compressed(bridge: Bridge):
    bridge.new_rma()
    answer = ask(bridge, "gzip")
    assert len(answer.data) < LEAST_PACKED
    assert "Content-Encoding" not in answer.headers
    assert "Vary" not in answer.headers


@pytest.mark.usefixtures("_rmas")
def test_each_form_is_known_again_by_its_own_tag(bridge: Bridge):
    tags = {accepted: ask(bridge, accepted).headers["ETag"] for accepted in ("gzip", "identity")}
    assert tags["gzip"] != tags["identity"]
    for accepted, own in tags.items():
        for tag in tags.values():
            answer = ask(bridge, accepted, **{"If-None-Match": tag})
            assert answer.status_code == (304 if tag == own else 200)
            assert answer.headers["ETag"] == own
            assert answer.headers["Vary"] == "Accept-Encoding"
            assert (answer.data == b"") == (tag == own)


@pytest.mark.usefixtures("_rmas")
def test_a_page_is_compressed_once_for_all_who_take_it(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
):
    first = ask(bridge, "gzip")

    def fail(_body: bytes) -> bytes:
        raise AssertionError("it was compressed again")

    monkeypatch.setattr("connector.feed.polling.page.pack", fail)
    assert ask(bridge, "gzip").data == first.data
