"""No answer takes the bridge's own address from what a request says it is."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from tests.web.conftest import Build

FORGED = "forged.example.org"
PUBLIC = "https://bridge.example.com"
SAID = {
    "Host": FORGED,
    "X-Forwarded-Host": FORGED,
    "X-Forwarded-Proto": "gopher",
    "Forwarded": f"host={FORGED}",
}
HOOK = {"trigger": "new_rma", "target_url": "https://hooks.example.com/catch/1"}
NAMING = [
    ("POST", "/v1/hooks", {"json": HOOK}),
    ("GET", "/v1/triggers/new_rma/batch?after=0", {}),
    ("GET", "/docs", {}),
    ("GET", "/docs/", {}),
    ("GET", "/v1//me", {}),
]


@pytest.mark.parametrize(("own", "public_url"), [(PUBLIC, PUBLIC), ("http://localhost", None)])
@pytest.mark.parametrize(("method", "path", "options"), NAMING)
def test_no_answer_follows_a_forged_host(
    build: Build,
    method: str,
    path: str,
    options: dict[str, Any],
    own: str,
    public_url: str | None,
):
    answer = build(public_url=public_url).call(method, path, headers=SAID, **options)
    assert answer.status_code < 400, answer.text
    assert f"{own}/" in f"{answer.headers.get('Location')} {answer.text}"
    assert FORGED not in f"{answer.headers} {answer.text}"


def test_an_export_names_the_public_address(build: Build):
    answer = build(public_url=PUBLIC).get("/v1/export/zapier.zip", headers=SAID)
    packed = ZipFile(BytesIO(answer.data))
    texts = " ".join(packed.read(name).decode() for name in packed.namelist())
    assert PUBLIC in texts
    assert FORGED not in texts
