"""Everything that the document allows, and much that it does not: every answer is documented.

FUZZ_EXAMPLES says how many requests to make up for each operation, beside those that try each rule
of the document once.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis import Case, CheckFunction, Response
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)

import app as root
from connector.blocks.json_schema import json_schema
from schemas.account import AccountCall
from schemas.hooks import DeliveriesCall, ReplayCall, subscribe_call
from tests.web.conftest import TOKEN, Build
from tests.web.forgiveness import is_forgiven
from tests.web.test_document import DOCUMENT, happen

INPUTS = {
    "/v1/me": AccountCall,
    "/v1/hooks": subscribe_call(tuple(root.CATALOGUE.triggers)),
    "/v1/hooks/{id}/deliveries": DeliveriesCall,
    "/v1/hooks/{id}/replay": ReplayCall,
    **{f"/v1/triggers/{key}": each.input_schema for key, each in root.CATALOGUE.triggers.items()},
    **{
        f"/v1/triggers/{key}/batch": each.batch_schema
        for key, each in root.CATALOGUE.triggers.items()
    },
    **{
        f"/v1/triggers/{key}/hooks": each.hook_schema
        for key, each in root.CATALOGUE.triggers.items()
    },
    **{f"/v1/actions/{key}": each.input_schema for key, each in root.CATALOGUE.actions.items()},
    **{f"/v1/actions/{key}": each.input_schema for key, each in root.CATALOGUE.searches.items()},
    **{f"/v1/choices/{key}": each.input_schema for key, each in root.CATALOGUE.choices.items()},
}
CONFIG = {
    "seed": int(os.environ.get("FUZZ_SEED", "1")),
    "generation": {
        "max-examples": int(os.environ.get("FUZZ_EXAMPLES", "5")),
        "deterministic": "FUZZ_SEED" not in os.environ,
    },
    "checks": {
        # 403 is a made-up shop; 404 what ReturnGO does not have; 409 one key, two requests at once.
        "positive_data_acceptance": {"expected-statuses": [200, 201, 202, 204, 304, 403, 404, 409]},
        # A wrong field may stand beside a made-up shop or a made-up id.
        "negative_data_rejection": {"expected-statuses": [400, 403, 404, 415, 422]},
    },
}
# What a good request may be refused for, because JSON Schema has no word for it.
UNSPEAKABLE = (
    "differs from the Idempotency-Key header",
    "differs from the first request",
    "is not the id of an event",
    "is not a place in",
    "cannot stand together with after",
    "needs at least one of",
    "holds characters that are not text",
    "is a text that is not JSON",
    "must be an address that begins with",
    "must be an object of names",
    "has no text, and no list of texts",
    "The URL",
    "is not a field here; there are",
    "name one of the two",
)
# Answers are read as they come: schemathesis unpacks none that a WSGI application has packed.
AUTH = {"Authorization": f"Bearer {TOKEN}", "Accept-Encoding": "identity"}
serving: list[Flask] = []
guarded: set[str] = set()  # operations that were seen to refuse a call without a token


def relay(*call: Any) -> Any:
    """Stand for the bridge of whichever test runs: tests are collected before there is one."""
    return serving[-1](*call)


SCHEMA = schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig.from_dict(CONFIG))
SCHEMA.app = relay


@pytest.fixture
def _busy_bridge(build: Build) -> Iterator[None]:
    bridge = build(returngo_daily_limit=10_000_000, returngo_second_limit=10_000_000)
    happen(bridge)
    serving.append(bridge.app)
    yield
    serving.pop()


@pytest.mark.usefixtures("_busy_bridge")
@SCHEMA.parametrize()
@settings(suppress_health_check=list(HealthCheck))
def test_every_answer_is_documented(case: Case[Any]) -> None:
    answer = case.call(headers=AUTH)
    case.validate_response(
        answer,
        headers=AUTH,
        transport_kwargs={"headers": AUTH},
        excluded_checks=list(unfit_checks(case, answer)),
    )
    if answer.status_code < 300:
        guarded.add(case.operation.label)


def unfit_checks(case: Case[Any], answer: Response) -> Iterator[CheckFunction]:
    """Yield the checks that cannot judge this one answer, or have nothing more to find."""
    if case.operation.label in guarded:
        yield ignored_auth  # it makes two calls more; once an operation is enough
    if answer.status_code == 422 and is_unspeakable(answer.json()):
        yield positive_data_acceptance
    if answer.status_code in {200, 201, 202} and is_taken_as_meant(case):
        yield negative_data_rejection


def is_unspeakable(problem: dict[str, Any]) -> bool:
    """Return whether only what JSON Schema cannot say, or ReturnGO itself, refused a request."""
    if problem.get("returngo_request_id"):
        return True
    errors = problem.get("errors") or [problem]
    return all(any(reason in error["detail"] for reason in UNSPEAKABLE) for error in errors)


def is_taken_as_meant(case: Case[Any]) -> bool:
    """Return whether people's ways of writing are all that is wrong with a request."""
    sent = case.body if case.method == "POST" else case.query
    taken = INPUTS.get(case.operation.path)
    return taken is not None and is_forgiven(sent, json_schema(taken))
