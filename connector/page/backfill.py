"""Backfill: bringing in what happened before the first contact with a shop, some at a time."""

import re
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from datetime import time as time_of_day
from http import HTTPStatus
from typing import Self

from flask import Blueprint, render_template
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, SelectChoice, SelectField, ValidationError
from wtforms.validators import InputRequired

from connector.connections import Connection
from connector.feed import Progress
from connector.page.found import found_connection
from connector.page.noting import note
from connector.returngo import QuotaReached, ReturnGOError
from connector.web.context import bridge

STANDS_STILL = (
    "Nothing could be brought in just now: ReturnGO does not show what comes next. Go on in some"
    " minutes."
)
SECONDS_AT_ONCE = 3.0  # of a request, which leaves room for others


class BeginBackfill(FlaskForm):  # type: ignore[misc]
    """Says what to bring in; sent again as it is, it goes on."""

    shop = SelectField("Shop")
    since = DateField(
        "Since",
        [InputRequired("Choose a day.")],
        description="Returns and transactions that were created on that day or later (UTC).",
    )
    so_far = HiddenField()
    emits = BooleanField(
        "Let triggers show what happened",
        description="Otherwise the bridge only remembers it, and no workflow runs for it.",
    )

    def validate_since(self, field: DateField) -> None:
        """Refuse a day to come."""
        if field.data is not None and field.data > bridge().clock.now().date():
            raise ValidationError("It lies in the future.")


@dataclass(frozen=True)
class SoFar:
    """How many of a list were left at first, and are left now; a form carries it along.

    Each request goes on with what is left, of which a step knows no more.
    """

    resource: str
    first: int
    left: int

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """Read what the form carried; None where it carried nothing."""
        found = re.fullmatch(r"(\w+):(\d{1,9}):(\d{1,9})", text or "")
        return None if found is None else cls(found[1], int(found[2]), int(found[3]))

    @classmethod
    def after(cls, step: Progress, before: Self | None) -> Self | None:
        """Tell how it stands after a step; None while the list is still being read."""
        if step.total is None:
            return None
        left = step.total - step.done
        if before is None or before.resource != step.resource:
            return cls(step.resource.value, step.total, left)
        return replace(before, left=left)

    @property
    def done(self) -> int:
        """How many were brought in."""
        return max(0, self.first - self.left)

    def __str__(self) -> str:
        """Write it as the form carries it."""
        return f"{self.resource}:{self.first}:{self.left}"


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
    before = SoFar.read(form.so_far.data)
    so_far = before
    if form.validate_on_submit():
        if before is None:
            note("backfill", found.id, f"{form.shop.data} since {form.since.data}")
        since = datetime.combine(form.since.data, time_of_day(), UTC)
        try:
            step, is_done = _go_on(found, form.shop.data, since, emits=form.emits.data)
        except QuotaReached as error:
            trouble = f"{error} Come back after midnight UTC: it goes on where it stopped."
        except ReturnGOError as error:
            trouble = f"{error} What was brought in is kept; go on when that is mended."
        if step is not None:
            so_far = SoFar.after(step, before)
        if _stands_still(before, so_far) and not (is_done or trouble):
            trouble = STANDS_STILL
    form.so_far.data = "" if so_far is None else str(so_far)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = render_template(
        "backfill.html",
        connection=found,
        form=form,
        step=step,
        so_far=so_far,
        trouble=trouble,
        is_done=is_done,
    )
    return page, status


def _stands_still(before: SoFar | None, now: SoFar | None) -> bool:
    """Whether a request has brought in nothing of the list that the one before was at."""
    return (
        before is not None
        and now is not None
        and before.resource == now.resource
        and now.left >= before.left
    )


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
