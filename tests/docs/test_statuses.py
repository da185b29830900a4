"""Every status that can come stands in the table of what to do about it."""

import re

import yaml

from connector.web.problems import MEANINGS, STATUSES
from tests.house.sources import ROOT

# What Flask, the bridge's last handler and the web server answer.
OTHERS = {405, 413, 500, 414, 431}


def test_using_md_lists_every_status() -> None:
    document = yaml.safe_load((ROOT / "openapi.yaml").read_text(encoding="utf-8"))
    declared = {
        int(status)
        for operations in document["paths"].values()
        for operation in operations.values()
        for status in operation["responses"]
    }
    _, _, section = (
        (ROOT / "docs/using.md").read_text(encoding="utf-8").partition("## When something is wrong")
    )
    listed = {int(found) for found in re.findall(r"\b[2-5][0-9]{2}\b", section.split("\n## ")[0])}
    assert declared | {*MEANINGS} | {*STATUSES.values()} | OTHERS <= listed
