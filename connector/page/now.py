"""Now: what needs attention, and how each connection stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template

from connector.blocks import Catalogue
from connector.budget import Balance
from connector.budget.day import midnight_before
from connector.connections import Connection
from connector.doctor import Check, glance, to_mend
from connector.feed import Days, NextReading
from connector.inbound import Inbox
from connector.inbound.webhook_buffer import WebhookCount
from connector.page.charts import DAYS, DayOfCalls, WeekOfEvents, day_of_calls, week_of_events
from connector.web.context import bridge


@dataclass(frozen=True)
class Standing:
    """How a connection stands. `webhooks` are those that have come, by shop."""

    connection: Connection
    balance: Balance
    day: DayOfCalls
    week: WeekOfEvents
    plan: Sequence[NextReading]
    webhooks: dict[str, list[WebhookCount]]


def add_to(page: Blueprint, catalogue: Catalogue) -> None:
    """Add the first page."""
    kinds = {each.takes.value: each.label for each in reversed(catalogue.triggers.values())}
    page.app_template_filter("kind")(lambda kind: kinds.get(kind, kind))
    page.add_url_rule("/", "now", _now)


def _now() -> str:
    standings = [_standing(each) for each in bridge().connections.all()]
    attention: list[tuple[str | None, Check]] = [
        (None if each.connection is None else each.connection.label, check)
        for each in glance(bridge())
        for check in to_mend([each.check])
    ]
    return render_template("now.html", standings=standings, to_mend=attention)


def _standing(connection: Connection) -> Standing:
    balance = bridge().budget.balance(connection.key_id)
    now = bridge().clock.now()
    hours = bridge().budget.tally.hours(connection.key_id, midnight_before(now))
    return Standing(
        connection=connection,
        balance=balance,
        day=day_of_calls(hours, now, balance.used, balance.limit),
        week=week_of_events(
            Days(bridge().store).since(connection.id, (now - timedelta(days=DAYS - 1)).date()), now
        ),
        plan=bridge().feed.plan(connection),
        webhooks={
            shop: bridge().webhook_buffer.counts(Inbox(connection.id, shop))
            for shop in connection.shops
        },
    )
