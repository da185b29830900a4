"""Reading what the bridge answers."""

from typing import Any

from werkzeug.test import TestResponse

ANEW = {"Cache-Control": "no-cache"}  # what a search was just answered is not to be repeated
QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded"


def good(answer: TestResponse, status: int = 200) -> Any:
    """Return the JSON of a call that must succeed, with `status`."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/json"
    return answer.json


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """Return the problem of a call that must fail with `status`, having seen to its form."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    found: dict[str, Any] = answer.get_json(force=True)
    assert found["status"] == status
    assert found["type"]
    assert found["title"]
    assert found["detail"], "a problem must say what happened"
    assert found["message"] == found["detail"], "where n8n looks for it"
    assert "Traceback" not in answer.text
    return found


def faulty_fields(answer: TestResponse) -> dict[str, dict[str, Any]]:
    """Return what is wrong by field of a call whose input must be refused."""
    errors = problem(answer, 422)["errors"]
    assert errors
    return {error["field"]: error for error in errors}
