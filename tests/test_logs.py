import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog

from connector import logs

SECRET = "planted-api-key"


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = structlog.get_config()
    structlog.contextvars.clear_contextvars()  # which another test may have left in this thread
    yield
    structlog.configure(**before)


def crash(api_key: str) -> None:
    headers = {"x-api-key": api_key}
    raise LookupError(f"a crash with {len(headers)} header")


def test_a_crash_is_one_line_that_says_where_and_what(capfd: pytest.CaptureFixture[str]):
    logs.configure()
    try:
        crash(SECRET)
    except LookupError as error:
        structlog.get_logger().error("web.crashed", exc_info=error)
    (line,) = capfd.readouterr().err.splitlines()
    (shown,) = json.loads(line)["exception"]

    assert shown["exc_type"] == "LookupError"
    assert shown["exc_value"] == "a crash with 1 header"
    assert [frame["name"] for frame in shown["frames"]][-1] == "crash"


def test_a_crash_does_not_tell_what_its_variables_held(capfd: pytest.CaptureFixture[str]):
    logs.configure()
    try:
        crash(SECRET)
    except LookupError:
        structlog.get_logger().exception("web.crashed")

    assert SECRET not in capfd.readouterr().err


def test_a_line_is_json_with_level_and_time_in_utc(capfd: pytest.CaptureFixture[str]):
    logs.configure()
    structlog.get_logger().info("returngo.call", shop="demo.myshopify.com")
    line = json.loads(capfd.readouterr().err)

    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "returngo.call", "level": "info", "shop": "demo.myshopify.com"}


def test_debugging_is_not_logged(capfd: pytest.CaptureFixture[str]):
    logs.configure()
    structlog.get_logger().debug("noise")

    assert capfd.readouterr().err == ""


def test_a_line_is_written_at_once_ours_and_that_of_a_library(monkeypatch: pytest.MonkeyPatch):
    written: list[bytes] = []

    def whole(_: int, text: bytes) -> int:
        written.append(text)
        return len(text)

    monkeypatch.setattr(os, "write", whole)
    logs.configure()
    structlog.get_logger().info("long", text="x" * 100_000)
    logging.getLogger("library").warning("long: %s", "x" * 100_000)

    assert [json.loads(line)["level"] for line in written] == ["info", "warning"]
    assert [line.count(b"\n") for line in written] == [1, 1]


def test_what_is_written_in_part_is_written_on_and_a_log_that_nobody_takes_stops_nothing(
    monkeypatch: pytest.MonkeyPatch,
):
    written: list[bytes] = []

    def in_parts(_: int, text: bytes) -> int:
        if len(written) == 3:
            raise BrokenPipeError
        written.append(text[:40])
        return 40

    monkeypatch.setattr(os, "write", in_parts)
    logs.configure()
    structlog.get_logger().info("begun", text="x" * 1000)

    assert [len(each) for each in written] == [40] * 3


def test_whatever_fails_or_prints_in_a_process_that_serves_is_a_line_of_json():
    program = f"""
import logging, sys, threading, warnings
from connector import logs
logs.configure()
logs.take_all()
warnings.warn("old\\nways")
logging.getLogger("library").warning("odd: %s", 1)
logging.getLogger("library").info("noise")
print("printed", "lines", sep="\\n", file=sys.stderr)
def crash(api_key): raise LookupError("crashed")
thread = threading.Thread(target=crash, args=["{SECRET}"])
thread.start()
thread.join()
crash("{SECRET}")
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    lines = [json.loads(line) for line in ended.stderr.splitlines()]

    assert [line["level"] for line in lines] == [*["warning"] * 4, *["critical"] * 2]
    assert "old\nways" in lines[0]["event"]
    assert (lines[1]["event"], lines[1]["logger"]) == ("odd: 1", "library")
    assert [line["text"] for line in lines[2:4]] == ["printed", "lines"]
    assert [line["exception"][0]["exc_value"] for line in lines[4:]] == ["crashed"] * 2
    assert SECRET not in ended.stderr
    assert (ended.returncode, ended.stdout) == (1, "")
