import inspect
from types import ModuleType
from typing import Any

import pytest

import connector.connections
import connector.feed
import connector.idempotency
import connector.returngo
import connector.returngo.errors
import connector.store
from connector.blocks import InvalidInput
from connector.connections import AnotherKey
from connector.returngo import QuotaReached, Refused, ReturnGOError
from connector.web.problems import STATUSES
from connector.web.problems import problem as write_problem
from tests.web.answers import good, problem
from tests.web.conftest import Bridge

ROOMS = [
    connector.returngo.errors,
    connector.returngo,
    connector.connections,
    connector.feed,
    connector.idempotency,
    connector.store,
]
# Nobody raises these: each is the family name of some that are raised.
FAMILIES = {ReturnGOError, Refused, QuotaReached}
BEFORE_ANY_REQUEST = {AnotherKey}  # the bridge does not start
NEW_RMA = "/v1/triggers/new_rma"


def exceptions_of(room: ModuleType) -> set[type[Exception]]:
    names = getattr(room, "__all__", [name for name in vars(room) if not name.startswith("_")])
    found = {getattr(room, name) for name in names}
    return {each for each in found if inspect.isclass(each) and issubclass(each, Exception)}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_every_exception_of_the_rooms_below_has_its_status(room: ModuleType) -> None:
    exceptions = exceptions_of(room)
    assert exceptions
    assert {
        each.__name__ for each in exceptions - FAMILIES - BEFORE_ANY_REQUEST - set(STATUSES)
    } == set()


def test_a_family_of_exceptions_is_never_raised_itself() -> None:
    for family in FAMILIES:
        assert family.__subclasses__()
        assert f"raise {family.__name__}(" not in "".join(map(inspect.getsource, modules()))


def modules() -> list[ModuleType]:
    return [connector.returngo.client, connector.returngo.caller, connector.returngo.answers]


def test_wrong_input_has_its_status() -> None:
    assert STATUSES[InvalidInput] == 422


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/", "/v2/me", "/v1/triggers/nothing", "/v1/actions/nothing", "/v1/%00"],
)
def test_an_unknown_address_is_a_404_problem(bridge: Bridge, path: str) -> None:
    problem(bridge.get(path), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/me", "GET"),
        ("PUT", "/v1/triggers", "GET"),
        ("GET", "/v1/actions/update_rma_status", "POST"),
        ("POST", "/healthz", "GET"),
    ],
)
def test_a_wrong_method_is_a_405_problem_that_names_the_right_one(
    bridge: Bridge, method: str, path: str, allowed: str
) -> None:
    answer = bridge.call(method, path)
    problem(answer, 405)
    assert allowed in answer.headers["Allow"].split(", ")


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"status": 500}, 502),
        ({"status": 503}, 502),
        ({"kind": "html"}, 502),
        ({"status": 200, "body": []}, 502),
        ({"status": 301}, 502),
        ({"kind": "delay", "seconds": 60}, 504),
        ({"status": 401}, 502),
        ({"status": 403}, 502),  # API Gateway's own word for an unknown key
        ({"status": 403, "body": {"message": "No such shop"}}, 403),
        ({"status": 400}, 422),
    ],
)
def test_what_goes_wrong_at_returngo_has_its_status(
    bridge: Bridge, fault: dict[str, Any], status: int
) -> None:
    bridge.control("faults", share=1, **fault)
    problem(bridge.get("/v1/me"), status)


@pytest.mark.parametrize("fault", [{"status": 500}, {"kind": "html"}])
def test_a_failure_names_returngos_request_id(bridge: Bridge, fault: dict[str, Any]) -> None:
    bridge.control("faults", share=1, **fault)
    assert problem(bridge.get("/v1/me"), 502)["returngo_request_id"]


def test_a_shop_that_could_never_be_read_is_502_rather_than_looking_quiet(bridge: Bridge) -> None:
    bridge.control("faults", status=500, share=1)
    assert "could not be read" in problem(bridge.get(NEW_RMA), 502)["detail"]


def test_the_first_reading_that_is_not_done_is_503_with_retry_after(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as if the first reading took longer than a poll can wait
    monkeypatch.setattr("connector.feed.reading.sync.Sync.run", lambda *_, **__: None)
    answer = bridge.get(NEW_RMA)
    assert "for the first time" in problem(answer, 503)["detail"]
    assert int(answer.headers["Retry-After"]) >= 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/me"),
        ("GET", NEW_RMA),
        ("POST", "/v1/actions/update_rma_status"),
    ],
)
def test_without_its_database_the_bridge_is_503_and_says_nothing_of_it(
    bridge: Bridge, method: str, path: str
) -> None:
    with bridge.rules.store.write() as database:
        for table in ("verification", "event", "stream", "budget", "idempotency"):
            database.exec_driver_sql(f"ALTER TABLE {table} RENAME TO gone_{table}")
    fields = {"rma_id": "1", "status": "Approved", "idempotency_key": "k"}
    answer = bridge.call(method, path, json=fields if method == "POST" else None)
    found = problem(answer, 503)
    assert "database cannot be used" in found["detail"]
    assert "gone_" not in answer.text
    assert "no such table" not in answer.text
    assert int(answer.headers["Retry-After"]) >= 1


def test_an_error_of_our_own_is_a_500_problem_that_tells_nothing(
    bridge: Bridge, log: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any) -> None:
        raise RuntimeError("secret-detail")

    monkeypatch.setattr("connector.verification.Verification.verify", crash)
    answer = bridge.get("/v1/me")
    found = problem(answer, 500)
    assert "secret-detail" not in answer.text
    assert found["title"] == "Internal Server Error"
    assert [entry["event"] for entry in log if entry["log_level"] == "error"] == ["web.crashed"]


@pytest.mark.parametrize(("seconds", "header"), [(0, "1"), (0.2, "1"), (1.2, "2"), (30.0, "30")])
def test_nobody_is_asked_back_too_early_or_in_parts_of_a_second(
    seconds: float, header: str
) -> None:
    assert write_problem(429, "Later.", retry_after=seconds).headers["Retry-After"] == header


def test_a_good_answer_after_a_bad_one_is_not_touched_by_it(bridge: Bridge) -> None:
    problem(bridge.get("/v1/nothing"), 404)
    good(bridge.get("/v1/me"))
