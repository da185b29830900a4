import pytest

import app
from connector.blocks import Catalogue
from connector.export.form import FieldKind, FormField, answer, form
from schemas.calls import PLUMBING
from tests.toy import actions, triggers

ACTIONS, TRIGGERS = app.CATALOGUE.actions, app.CATALOGUE.triggers
TOYS = Catalogue.of(triggers, actions)
BLOCKS = [pytest.param(block, id=block.key) for block in app.CATALOGUE]


def by_name(fields: tuple[FormField, ...]) -> dict[str, FormField]:
    return {field.name: field for field in fields}


@pytest.mark.parametrize("block", BLOCKS)
def test_a_form_shows_all_that_a_person_fills_in(block):
    shown = by_name(form(app.CATALOGUE, block))
    assert set(shown) == set(block.input_schema().fields) - PLUMBING
    assert all(field.label and field.help for field in shown.values())
    required = [field.required for field in form(app.CATALOGUE, block)]
    assert required == sorted(required, reverse=True)


@pytest.mark.parametrize("block", BLOCKS)
def test_an_answer_shows_what_its_sample_holds(block):
    assert set(block.sample()) - PLUMBING <= set(by_name(answer(block)))


def test_a_field_is_what_its_schema_says():
    shown = by_name(form(app.CATALOGUE, ACTIONS["record_transaction"]))
    assert shown["status"].choices == ("Success", "Failed", "Pending")
    assert shown["transaction_id"].required
    assert shown["transaction_id"].choices_from == "requested_refunds"
    assert shown["transaction_id"].depends_on == ("shop",)
    assert shown["idempotency_key"].kind is FieldKind.TEXT


def test_a_drop_down_names_the_fields_that_it_needs_first():
    shown = by_name(form(app.CATALOGUE, ACTIONS["update_shipment"]))
    assert shown["shipment_id"].choices_from == "shipments"
    assert "shop" in shown["shipment_id"].depends_on


def test_line_items_hold_their_fields():
    shown = by_name(form(app.CATALOGUE, ACTIONS["create_rma"]))
    assert shown["items"].kind is FieldKind.LINES
    assert "line_item_id" in by_name(shown["items"].fields)
    told = by_name(answer(TRIGGERS["new_rma"]))
    assert told["items"].kind is FieldKind.LINES
    assert told["total_paid"].kind is FieldKind.AMOUNT
    assert told["created_at"].kind is FieldKind.MOMENT
    assert told["occurred_at"].kind is FieldKind.MOMENT


def test_suggestions_are_no_closed_list():
    shown = by_name(form(app.CATALOGUE, TRIGGERS["rma_status_changed"]))
    field = shown["to_status"]
    assert field.suggestions
    assert not field.choices


def test_a_drop_down_that_the_catalogue_lacks_is_none():
    shown = by_name(form(TOYS, TOYS.actions["toss_coin"]))
    assert (shown["shop"].choices_from, shown["shop"].depends_on) == (None, ())


def test_a_drop_down_does_not_wait_for_the_field_that_it_fills():
    shown = by_name(form(app.CATALOGUE, TRIGGERS["new_rma"]))
    assert (shown["shop"].choices_from, shown["shop"].depends_on) == ("shops", ())
