"""Now: what needs attention, and how each connection stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template

from connector.blocks import Catalogue
from connector.budget import Balance
from connector.connections import Connection
from connector.doctor import Check, CheckState, Setup, check_at_a_glance
from connector.feed import NextReading
from connector.inbound import Inbox
from connector.inbound.webhook_buffer import WebhookCount
from connector.page.charts import DayOfCalls, day_of_calls
from connector.web.context import bridge


@dataclass(frozen=True)
class Standing:
    """How a connection stands. `webhooks` are those that have come, by shop."""

    connection: Connection
    balance: Balance
    day: DayOfCalls
    plan: Sequence[NextReading]
    webhooks: dict[str, list[WebhookCount]]
    to_mend: list[Check]

    @property
    def used(self) -> int:
        """How many of the day's calls are spent."""
        return self.balance.limit - self.balance.remaining


def add_to(page: Blueprint, _catalogue: Catalogue) -> None:
    """Add the first page."""
    page.add_url_rule("/", "now", _now)


def _now() -> str:
    standings = [_standing(each) for each in bridge().connections.all()]
    return render_template("now.html", standings=standings)


def _standing(connection: Connection) -> Standing:
    checked = check_at_a_glance(Setup.of(bridge(), connection))
    balance = bridge().budget.balance(connection.key_id)
    now = bridge().clock.now()
    hours = bridge().budget.tally.hours(connection.key_id, now - timedelta(days=1))
    used = balance.limit - balance.remaining
    return Standing(
        connection=connection,
        balance=balance,
        day=day_of_calls(hours, now, used, balance.limit),
        plan=bridge().feed.plan(connection),
        webhooks={
            shop: bridge().webhook_buffer.counts(Inbox(connection.id, shop))
            for shop in connection.shops
        },
        to_mend=[each for each in checked if each.state is CheckState.TO_MEND],
    )
