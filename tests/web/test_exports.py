"""Ready integrations are downloaded from the running bridge."""

import io
import zipfile
from typing import Any

import pytest

from connector.export import Site

EXPORTERS = {"some-platform": lambda site: {"app/url.txt": site.public_url, "keys.txt": keys(site)}}


def keys(site: Site) -> str:
    return "\n".join(block.key for block in site.catalogue)


@pytest.fixture
def offering(build, monkeypatch):
    """Build a bridge, and let it offer these exports: its document knows the real ones."""

    def build_(**changes):
        bridge = build(**changes)
        monkeypatch.setattr("connector.web.exports.EXPORTERS", EXPORTERS)
        return bridge

    return build_


def files(answer: Any) -> dict[str, str]:
    assert answer.status_code == 200
    assert answer.content_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def test_the_zip_holds_what_is_rendered_for_this_bridge(offering):
    bridge = offering(public_url="https://bridge.example.com/")
    found = files(bridge.get("/v1/export/some-platform.zip"))
    assert found["app/url.txt"] == "https://bridge.example.com"
    assert "refund_requested" in found["keys.txt"].splitlines()


def test_without_a_public_address_it_is_the_one_that_was_asked(offering):
    found = files(offering().get("/v1/export/some-platform.zip"))
    assert found["app/url.txt"] == "http://localhost"


def test_a_platform_that_there_is_not_is_named_with_those_there_are(offering):
    answer = offering().get("/v1/export/other.zip")
    assert answer.status_code == 404
    assert "some-platform" in answer.json["detail"]


def test_it_is_for_callers_of_the_bridge_only(offering):
    assert offering().get("/v1/export/some-platform.zip", token=None).status_code == 401
