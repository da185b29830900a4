import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import requests

from tests.end_to_end.ports import free_ports
from tests.end_to_end.waiting import eventually
from tests.processes import ROOT
from tests.tools import path_of


@pytest.fixture
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running demo, and what it has printed."""
    port, sandbox_port = free_ports(2)
    process = subprocess.Popen(
        [sys.executable, "-m", "connector", "demo"],
        cwd=ROOT,
        env={
            **os.environ,
            "PORT": str(port),
            "SANDBOX_PORT": str(sandbox_port),
            "DEMO_FOLDER": str(tmp_path_factory.mktemp("demo")),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    printed = []
    for line in process.stdout:
        printed.append(line)
        if "Ctrl-C" in line:
            break
    yield process, "".join(printed)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait()
    process.stdout.close()


def test_the_curl_lines_of_the_demo_work_when_pasted(demo: tuple[subprocess.Popen[str], str]):
    path_of("curl")
    _, printed = demo
    poll, act, poll_again, look = re.findall(r"^curl .*$", printed, re.MULTILINE)
    (event,) = paste(poll)
    assert event["status"] == "Requested"
    assert paste(act)["transaction_id"] == event["transaction_id"]
    assert paste(poll_again) == []
    assert paste(look)["transactions"][0]["status"] == "Success"


def test_the_demo_prints_the_page_and_the_token(demo: tuple[subprocess.Popen[str], str]):
    _, printed = demo
    page = re.search(r"http://\S+/docs", printed)
    assert page
    assert "swagger-ui" in requests.get(page[0], timeout=10).text
    token = re.search(r"Demo token: +(\S+)", printed)
    assert token
    assert token[1] == "demo-token"


def test_ctrl_c_stops_all_of_the_demo(demo: tuple[subprocess.Popen[str], str]):
    process, printed = demo
    urls = sorted(set(re.findall(r"http://127\.0\.0\.1:\d+", printed)))
    assert len(urls) == 2
    process.send_signal(signal.SIGINT)
    assert process.wait() == 0
    for url in urls:
        eventually(partial(refuses, url))


def test_a_second_demo_says_that_the_port_is_taken_and_leaves_the_first_alone(
    demo: tuple[subprocess.Popen[str], str],
):
    _, printed = demo
    page = re.search(r"http://127\.0\.0\.1:(\d+)/docs", printed)
    assert page
    second = subprocess.run(
        [sys.executable, "-m", "connector", "demo"],
        cwd=ROOT,
        env={**os.environ, "PORT": page[1]},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert second.returncode == 1
    assert second.stderr.startswith(f"Error: Port {page[1]} is taken")
    poll = re.findall(r"^curl .*$", printed, re.MULTILINE)[0]
    assert len(paste(poll)) == 1


def paste(line: str) -> Any:
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=True, timeout=30)
    return json.loads(done.stdout)


def refuses(url: str) -> bool:
    try:
        requests.get(url, timeout=5)
    except requests.ConnectionError:
        return True
    return False
