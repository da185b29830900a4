"""What the requests of a custom app must keep to, checked without Make's schemas."""

import re
from collections.abc import Iterator
from typing import Any

from tests.export.make_project import Project, expressions
from tests.export.make_rules import Rule

REQUEST = {"url", "method", "headers", "qs", "body", "type", "response", "pagination", "log"}
RESPONSE = {"error", "iterate", "limit", "output", "trigger", "data", "metadata"}
ACCESS = "InvalidAccessTokenError"
ERRORS = {"RuntimeError", "DataError", "RateLimitError", "ConnectionError", ACCESS}
MOST_TO_START_FROM = 300
CHOOSING = {"signIn"}  # it only chooses what else is asked
PARAMETER = re.compile(r"parameters\.(\w+)")
SIGNED = re.compile(r"connection\.(\w+)")
SENDING = {"communication", "attach"}


def requests_use_what_the_form_asks(project: Project) -> Iterator[str]:
    for sort, name, code, path in project.codes():
        # Make hands a remote procedure the fields of the form that has it
        if code not in {*SENDING, "detach", "epoch"} or sort == "rpc":
            continue
        asked = project.asked(sort, name) - CHOOSING
        named = _named(PARAMETER, project.read(path))
        yield from (f"{path} uses {each}, which no form asks" for each in named - asked)
        is_whole = code in SENDING and (sort, code) != ("webhook", "communication")
        yield from (f"{path} does not use {each}" for each in asked - named if is_whole)
    (connection,) = project.components("connection")
    signed = _named(SIGNED, project.base)
    if signed != project.asked("connection", connection) - CHOOSING:
        yield f"requests are signed with {sorted(signed)}"


def _named(pattern: re.Pattern[str], document: Any) -> set[str]:
    return {name for text in expressions(document) for name in pattern.findall(text)}


def requests_go_to_the_bridge(project: Project) -> Iterator[str]:
    home = project.base["baseUrl"] + "/"
    for _, _, code, path in project.codes():
        if code in {"communication", "attach", "detach"}:
            request = project.read(path)
            url = request.get("url", "/")
            if not url.startswith(("/", home)) or "?" in url:
                yield f"{path} goes to {url}"
            if set(request) - REQUEST - {"output"}:
                yield f"{path} has {sorted(request)}"
            if set(request.get("response", {})) - RESPONSE:
                yield f"{path} reads {sorted(request['response'])}"


def triggers_remember_by_date(project: Project) -> Iterator[str]:
    for name in project.modules("trigger"):
        response = project.code("module", name, "communication")["response"]
        if response["trigger"] != {
            "type": "date",  # Make compares ids as numbers, and these are texts
            "order": "desc",
            "id": "{{item.id}}",
            "date": "{{item.recorded_at}}",  # ReturnGO's own may run backwards
        }:
            yield f"{name} remembers by {response['trigger']}"
        epoch = project.code("module", name, "epoch")["response"]
        if set(epoch["output"]) != {"label", "date"} or epoch["limit"] > MOST_TO_START_FROM:
            yield f"{name} starts from {epoch}"
        if epoch["output"]["date"] != response["trigger"]["date"]:
            yield f"{name} starts from another date than it remembers"


def webhooks_are_attached_and_detached(project: Project) -> Iterator[str]:
    for name in project.components("webhook"):
        attach = project.code("webhook", name, "attach")
        detach = project.code("webhook", name, "detach")
        if attach["body"]["target_url"] != "{{webhook.url}}":
            yield f"{name} is attached to {attach['body']['target_url']}"
        if attach["response"]["data"] != {"externalHookId": "{{body.id}}"}:
            yield f"{name} keeps {attach['response']['data']}"
        if (detach["method"], "{{webhook.externalHookId}}" in detach["url"]) != ("DELETE", True):
            yield f"{name} is detached by {detach}"


def errors_are_sorted_as_make_repeats(project: Project) -> Iterator[str]:
    (connection,) = project.components("connection")
    signing_in = project.code("connection", connection, "communication")
    for where, request in (("base", project.base), ("connection", signing_in)):
        error = request["response"]["error"]
        of_status = {status: each for status, each in error.items() if status.isdigit()}
        if {each["type"] for each in of_status.values()} | {error["type"]} != ERRORS:
            yield f"{where} knows other types of errors"
        if any("message" not in each for each in [error, *of_status.values()]):
            yield f"{where} has an error without a message"
        repeated = {"429": "RateLimitError", "502": "ConnectionError", "401": ACCESS}
        yield from (
            f"{where} takes {status} for {of_status[status]['type']}"
            for status, wanted in repeated.items()
            if of_status[status]["type"] != wanted
        )


def secrets_are_kept_out_of_logs(project: Project) -> Iterator[str]:
    (connection,) = project.components("connection")
    for request in (project.base, project.code("connection", connection, "communication")):
        if request["log"]["sanitize"] != [
            "request.headers.authorization",
            "request.headers.`x-api-key`",
        ]:
            yield f"logs hide {request['log']}"
    kinds = {each["name"]: each["type"] for _, each in project.parameters("connection")}
    if (kinds["token"], kinds["apiKey"]) != ("password", "password"):
        yield "a secret is shown as it is typed"


RULES_OF_REQUESTS: tuple[Rule, ...] = (
    requests_use_what_the_form_asks,
    requests_go_to_the_bridge,
    triggers_remember_by_date,
    webhooks_are_attached_and_detached,
    errors_are_sorted_as_make_repeats,
    secrets_are_kept_out_of_logs,
)
