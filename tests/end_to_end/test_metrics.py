"""Metrics of a bridge with two web processes."""

from pathlib import Path

import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.processes import Sandbox, running_bridge

SCRAPER = "a token of Prometheus only for tests"
POLLS = 40


def test_each_process_tells_of_the_answers_of_all(real_sandbox: Sandbox, database_url: str):
    with running_bridge(
        real_sandbox.url, database_url, METRICS_TOKEN=SCRAPER, WORKERS="2"
    ) as bridge:
        for _ in range(POLLS):
            bridge.poll("new_rma", limit=1)
        environ = Path(f"/proc/{bridge.process.pid}/environ").read_bytes().decode().split("\0")
        (folder,) = (
            Path(each.partition("=")[2]) for each in environ if "PROMETHEUS_MULTIPROC_DIR=" in each
        )
        processes = {path.name for path in folder.glob("histogram_*.db")}
        assert len(processes) == 2, "both have answered"
        for _ in range(10):
            answer = requests.get(
                f"{bridge.url}/metrics", headers={"Authorization": f"Bearer {SCRAPER}"}, timeout=30
            )
            counts = [
                sample.value
                for family in text_string_to_metric_families(answer.text)
                for sample in family.samples
                if sample.name == "returngo_answer_seconds_count"
                and sample.labels["asked"] == "poll"
            ]
            assert counts == [POLLS]
        bridge.stop()
        assert not folder.exists()
