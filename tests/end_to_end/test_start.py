import os
import subprocess
import sys

import pytest

from tests.processes import ROOT

SETTINGS = {
    "RETURNGO_API_KEY": "some-key",
    "RETURNGO_SHOPS": "demo.myshopify.com",
    "BRIDGE_TOKEN": "some-token",
    "SECRET_KEY": "some secret of a good length",
}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"RETURNGO_API_KEY": ""}, "RETURNGO_API_KEY is missing"),
        ({"RETURNGO_SHOPS": ""}, "RETURNGO_SHOPS is missing"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"PORT": "eighty"}, "PORT is 'eighty', which is malformed"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL is malformed"),
        ({"DATABASE_URL": "sqlite:////no/such/folder/x"}, "DATABASE_URL cannot be used"),
    ],
)
def test_a_missing_or_malformed_setting_stops_the_start_with_one_sentence(
    change: dict[str, str], sentence: str
):
    ended = subprocess.run(
        [sys.executable, "-m", "connector", "run"],
        cwd=ROOT,
        env={**os.environ, **SETTINGS, **change},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Error: {sentence}")
    assert ended.stderr.count("\n") == 1
