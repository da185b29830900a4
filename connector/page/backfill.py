"""Backfill: bringing in what happened before the first contact with a shop, some at a time."""

import time
from datetime import UTC, datetime
from datetime import time as time_of_day
from http import HTTPStatus

from flask import Blueprint, render_template
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectChoice, SelectField, ValidationError
from wtforms.validators import InputRequired

from connector.connections import Connection
from connector.feed import Progress
from connector.page.found import found_connection
from connector.page.noting import note
from connector.returngo import QuotaReached, ReturnGOError
from connector.web.context import bridge

SECONDS_AT_ONCE = 3.0  # of a request, which leaves room for others


class BeginBackfill(FlaskForm):  # type: ignore[misc]
    """Says what to bring in; sent again as it is, it goes on."""

    shop = SelectField("Shop")
    since = DateField(
        "Since",
        [InputRequired("Choose a day.")],
        description="Returns and transactions that were created on that day or later (UTC).",
    )
    emits = BooleanField(
        "Let triggers show what happened",
        description="Otherwise the bridge only remembers it, and no workflow runs for it.",
    )

    def validate_since(self, field: DateField) -> None:
        """Refuse a day to come."""
        if field.data is not None and field.data > bridge().clock.now().date():
            raise ValidationError("It lies in the future.")


def add_to(page: Blueprint) -> None:
    """Add the page of backfills."""
    page.add_url_rule("/connections/<id>/backfill", "backfill", _backfill, methods=["GET", "POST"])


def _backfill(id: str) -> tuple[str, HTTPStatus]:  # noqa: A002 - as the address names it
    found = found_connection(id)
    form = BeginBackfill()
    form.shop.choices = [SelectChoice(shop, shop) for shop in found.shops]
    step: Progress | None = None
    trouble: str | None = None
    is_done = False
    if form.validate_on_submit():
        since = datetime.combine(form.since.data, time_of_day(), UTC)
        try:
            step, is_done = _go_on(found, form.shop.data, since, emits=form.emits.data)
        except QuotaReached as error:
            trouble = f"{error} Come back after midnight UTC: it goes on where it stopped."
        except ReturnGOError as error:
            trouble = f"{error} What was brought in is kept; go on when that is mended."
        if is_done:
            note("backfill", found.id, f"{form.shop.data} since {form.since.data}")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = render_template(
        "backfill.html", connection=found, form=form, step=step, trouble=trouble, is_done=is_done
    )
    return page, status


def _go_on(
    connection: Connection, shop: str, since: datetime, *, emits: bool
) -> tuple[Progress | None, bool]:
    """Bring in some more; return how far it has got, and whether that is all."""
    until = time.monotonic() + SECONDS_AT_ONCE
    step = None
    for step in bridge().feed.backfill(connection, shop, since, emits=emits):
        if time.monotonic() > until:
            return step, False
    return step, True
