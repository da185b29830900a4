"""Every example of docs/using.md is run as it stands, against a bridge on another port."""

import json
import re
import subprocess
from typing import Any

from tests.processes import ROOT, running_bridge, running_sandbox
from tests.tools import path_of

PAGE = (ROOT / "docs" / "using.md").read_text(encoding="utf-8")
BRIDGE = "http://127.0.0.1:8080"


def test_the_examples_of_the_page_work(database_url: str):
    path_of("curl")
    examples = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 8
    with (
        running_sandbox() as sandbox,
        running_bridge(sandbox.url, database_url, ALLOW_RETURNGO_KEYS="true") as bridge,
    ):
        sandbox.control("transactions")

        def paste(example: str) -> Any:
            assert BRIDGE in example
            lines = example.replace(BRIDGE, bridge.url).replace("curl -H", "curl -sf -H")
            done = subprocess.run(
                ["bash", "-ec", lines], capture_output=True, text=True, check=True, timeout=30
            )
            return json.loads(done.stdout)

        poll, walk, hook, test, act, search, choice, own_key = (
            paste(example) for example in examples
        )
        at_returngo = sandbox.transaction(act["transaction_id"], act["shop"])

    newest = poll[0]
    assert newest["id"] not in [event["id"] for event in walk]
    assert hook["secret"].startswith("whsec_")
    assert (test["delivered"], test["failure"]) == (False, "connection refused")
    assert act["transaction_id"] == newest["transaction_id"]
    assert at_returngo["status"] == "Success"
    assert {each["status"] for each in search} == {"Pending"}
    assert 0 < len(search) <= 3
    assert act["transaction_id"] not in {each["id"] for each in choice} != set()
    assert own_key["shops"] == ["demo.myshopify.com"]
