"""Every example of docs/using.md is run as it stands, against a bridge on another port."""

import json
import re
import subprocess

from tests.processes import ROOT, running_bridge, running_sandbox
from tests.tools import path_of

PAGE = (ROOT / "docs" / "using.md").read_text(encoding="utf-8")
BRIDGE = "http://127.0.0.1:8080"
TRANSACTION = "6001759"
EVENT = "6001759:Requested:2026-11-23T23:14:28Z"


def test_the_examples_of_the_page_work(database_url: str):
    path_of("curl")
    examples = re.findall(r"```sh\n(curl.*?)```", PAGE, re.DOTALL)
    assert len(examples) == PAGE.count("curl") == 4
    with (
        running_sandbox() as sandbox,
        running_bridge(sandbox.url, database_url, ALLOW_RETURNGO_KEYS="true") as bridge,
    ):
        transaction = str(sandbox.control("transactions")["id"])
        event = next(
            each["id"]
            for each in bridge.poll("refund_requested")
            if each["transaction_id"] == transaction
        )

        def paste(example: str) -> object:
            line = example.replace(EVENT, event).replace(TRANSACTION, transaction)
            line = line.replace(BRIDGE, bridge.url).replace("curl", "curl -s --fail", 1)
            done = subprocess.run(
                line, shell=True, capture_output=True, text=True, check=True, timeout=30
            )
            return json.loads(done.stdout)

        poll, walk, act, own_key = (paste(example) for example in examples)

    assert isinstance(poll, list)
    assert event in [each["id"] for each in poll]
    assert isinstance(walk, list)
    assert event not in [each["id"] for each in walk]
    assert isinstance(act, dict)
    assert (act["transaction_id"], act["status"]) == (transaction, "Success")
    assert isinstance(own_key, dict)
    assert own_key["shops"] == ["demo.myshopify.com"]
