import json
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


def test_a_crash_is_one_line_that_says_where_and_what(capsys: pytest.CaptureFixture[str]):
    logs.configure()
    try:
        crash(SECRET)
    except LookupError as error:
        structlog.get_logger().error("web.crashed", exc_info=error)
    (line,) = capsys.readouterr().err.splitlines()
    (shown,) = json.loads(line)["exception"]

    assert shown["exc_type"] == "LookupError"
    assert shown["exc_value"] == "a crash with 1 header"
    assert [frame["name"] for frame in shown["frames"]][-1] == "crash"


def test_a_crash_does_not_tell_what_its_variables_held(capsys: pytest.CaptureFixture[str]):
    logs.configure()
    try:
        crash(SECRET)
    except LookupError:
        structlog.get_logger().exception("web.crashed")

    assert SECRET not in capsys.readouterr().err


def test_a_line_is_json_with_level_and_time_in_utc(capsys: pytest.CaptureFixture[str]):
    logs.configure()
    structlog.get_logger().info("returngo.call", shop="demo.myshopify.com")
    line = json.loads(capsys.readouterr().err)

    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "returngo.call", "level": "info", "shop": "demo.myshopify.com"}


def test_debugging_is_not_logged(capsys: pytest.CaptureFixture[str]):
    logs.configure()
    structlog.get_logger().debug("noise")

    assert capsys.readouterr().err == ""
