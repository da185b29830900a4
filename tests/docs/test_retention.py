"""docs/running.md says of each table how long its rows are kept, by the code's own figures."""

import re
from datetime import timedelta

from connector.config import load
from connector.idempotency.keys import KEYS_KEPT_FOR
from connector.retention.deliveries import ENDED_KEPT, KEPT_FOR
from connector.store.tables import metadata
from schemas.hooks import State
from tests.processes import ROOT

PAGE = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.partition("## What is kept")[2].splitlines()
    if line.startswith("| ") and "`" in line
]
KEPT = {table: cells[2] for cells in ROWS for table in re.findall(r"`(\w+)`", cells[1])}
DAYS = "EVENT_RETENTION_DAYS"


def days(span: timedelta) -> str:
    return f"{span.days} days"


def test_each_table_is_in_one_row():
    named = [table for cells in ROWS for table in re.findall(r"`(\w+)`", cells[1])]
    assert sorted(named) == sorted(metadata.tables)


def test_the_figures_are_those_of_the_code():
    settings = {"RETURNGO_API_KEY": "x", "RETURNGO_SHOPS": "demo.myshopify.com"}
    given = {**settings, "BRIDGE_TOKEN": "x" * 32, "SECRET_KEY": "x" * 32}
    assert f"`{DAYS}`, {load(given).event_retention_days} by default" in KEPT["event"]
    assert KEPT["delivery"] == (
        f"{days(KEPT_FOR[State.DELIVERED])} after they arrived,"
        f" {days(KEPT_FOR[State.PARKED])} after they were given up"
    )
    assert KEPT["subscription"] == days(ENDED_KEPT)
    assert KEPT["idempotency"] == days(KEYS_KEPT_FOR)
    for table in ("thing", "stream", "budget"):
        assert DAYS in KEPT[table]
