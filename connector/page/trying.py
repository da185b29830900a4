"""Trying a block: a form made from what it takes, and what it answers."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import simplejson
from flask import Blueprint, abort, render_template, request

from connector.blocks import (
    Action,
    Catalogue,
    Choice,
    FieldError,
    InvalidInput,
    KnownSearch,
    Search,
    Trigger,
    read_input,
)
from connector.connections import Connection, ForeignShop
from connector.export.form import FieldKind, FormField, about, form
from connector.feed import NotReady
from connector.idempotency import InProgress, KeyReused
from connector.page.deeds import in_json
from connector.page.forms import Confirm
from connector.page.found import found_connection
from connector.page.noting import noted, operator
from connector.returngo import ReturnGOError
from connector.web.context import bridge
from schemas.sent_json import read_sent_json

KEY = "idempotency_key"
SHOWN = 3  # events, of a trigger
# What is written as JSON where a form has one line for it.
WRITTEN = {FieldKind.GROUP, FieldKind.LINES, FieldKind.ANYTHING}
Tried = Action | Search | Trigger


@dataclass(frozen=True)
class DropDown:
    """What a field offers as pairs of value and label, or why it offers nothing."""

    options: Sequence[tuple[str, str]] = ()
    trouble: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What a try came to: an `answer`, or what was wrong, field by field and in a sentence."""

    answer: str | None = None
    sentence: str | None = None
    errors: tuple[FieldError, ...] = ()


def add_to(page: Blueprint, catalogue: Catalogue) -> None:
    """Add a form for each block."""
    blocks: dict[str, Tried] = {
        **catalogue.triggers,
        **catalogue.searches,
        **catalogue.actions,
    }

    def choose(id: str) -> str:  # noqa: A002 - as the address names it
        return render_template(
            "blocks.html",
            connection=found_connection(id),
            sorts={
                "Triggers": catalogue.triggers,
                "Searches": catalogue.searches,
                "Actions": catalogue.actions,
            },
        )

    def attempt(id: str, key: str) -> tuple[str, HTTPStatus]:  # noqa: A002 - as the address names it
        block = blocks.get(key) or abort(HTTPStatus.NOT_FOUND)
        connection = found_connection(id)
        fields = [each for each in form(catalogue, block) if each.name != KEY]
        given = {name: text for name, text in request.form.items() if text.strip()}
        outcome, drop_downs = None, {}
        if Confirm().validate_on_submit():
            if "fill" in request.form:
                drop_downs = _drop_downs(catalogue, connection, fields, given)
            else:
                outcome = _run(connection, block, fields, given)
        is_done = outcome is not None and outcome.answer is not None
        page = render_template(
            "try.html",
            connection=connection,
            block=block,
            about=about(block),
            is_action=isinstance(block, Action),
            fields=fields,
            given=given,
            drop_downs=drop_downs,
            outcome=outcome,
            confirm=Confirm(),
            # another once it is done: until then, sending it again does it once
            key=(None if is_done else given.get(KEY)) or secrets.token_hex(8),
            written=WRITTEN,
            FieldKind=FieldKind,
        )
        is_wrong = outcome is not None and not is_done
        return page, HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK

    page.app_template_filter("example")(_example)
    page.add_url_rule("/connections/<id>/try", "blocks", choose)
    page.add_url_rule("/connections/<id>/try/<key>", "try", attempt, methods=["GET", "POST"])


def _run(
    connection: Connection, block: Tried, fields: list[FormField], given: Mapping[str, str]
) -> Outcome:
    """Use a block as a workflow would, and say what came of it."""
    try:
        call = read_input(block.input_schema, _sent(fields, given))
        answer = _use(connection, block, call, given.get(KEY))
    except InvalidInput as error:
        return Outcome(sentence="Nothing was done.", errors=error.errors)
    except (ForeignShop, InProgress, KeyReused, NotReady, ReturnGOError) as error:
        return Outcome(sentence=str(error))
    return Outcome(answer=in_json(answer))


def _use(connection: Connection, block: Tried, call: dict[str, Any], key: str | None) -> Any:
    if isinstance(block, Action):  # it records itself
        return bridge().idempotency.perform(connection, block, call, key, operator()).answer
    with noted(block.key, connection.id, ""):  # customers are named in what it shows
        if isinstance(block, Trigger):
            call["limit"] = SHOWN
            return list(bridge().feed.poll(connection, block, call).objects)
        if isinstance(block, KnownSearch):
            knowledge = bridge().feed.knowledge(connection)
            return block.look_up(knowledge, connection.shops_for(call.get("shop")), call)
        return block.find(bridge().returngo(connection, call), call)


def _sent(fields: list[FormField], given: Mapping[str, str]) -> dict[str, Any]:
    """Make what a client would send of what was typed. Raises InvalidInput."""
    sent: dict[str, Any] = {}
    for field in fields:
        text = given.get(field.name)
        if text is None:
            continue
        if field.kind is FieldKind.TEXTS:
            sent[field.name] = [line.strip() for line in text.splitlines() if line.strip()]
        elif field.kind in WRITTEN:
            try:
                sent[field.name] = read_sent_json(text)
            except ValueError as error:
                wrong = FieldError(field.name, "is not JSON; it looks like the example.", text)
                raise InvalidInput([wrong]) from error
        else:
            sent[field.name] = text
    return sent


def _drop_downs(
    catalogue: Catalogue, connection: Connection, fields: list[FormField], given: Mapping[str, str]
) -> dict[str, DropDown]:
    """Fill each drop-down, or say why it cannot be filled."""
    return {
        field.name: _drop_down(catalogue.choices[field.choices_from], connection, given)
        for field in fields
        if field.choices_from is not None
    }


def _drop_down(choice: Choice, connection: Connection, given: Mapping[str, str]) -> DropDown:
    wanted = {name: given[name] for name in choice.input_schema().fields if name in given}
    try:
        call = read_input(choice.input_schema, wanted)
        options = choice.options(bridge().returngo(connection, call), call)
    except (InvalidInput, ForeignShop, ReturnGOError) as error:
        return DropDown(trouble=str(error))
    return DropDown([(each["id"], each["label"]) for each in options])


def _example(field: FormField) -> str:
    """Write a field's example as a person would type it into its line."""
    if field.example is None:
        return ""
    if field.kind in WRITTEN or field.kind is FieldKind.TEXTS:
        return simplejson.dumps(field.example, use_decimal=True, ensure_ascii=False)
    return str(field.example)
