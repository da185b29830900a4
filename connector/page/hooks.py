"""Hooks: what is sent where, what failed, and sending it again."""

from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from connector.blocks import Catalogue
from connector.connections import Connection
from connector.delivery import NoSuchHook, Subscription, TestedTooSoon
from connector.page.forms import Confirm
from connector.page.found import SAID, found_connection
from connector.page.noting import note
from connector.threads import Overloaded
from connector.web.context import bridge
from schemas.hooks import State

MOST_SHOWN = 50
Page = str | Response


def add_to(page: Blueprint, catalogue: Catalogue) -> None:
    """Add the pages of hooks and their deliveries."""
    labels = {trigger.key: trigger.label for trigger in catalogue.triggers.values()}
    page.app_template_filter("trigger")(lambda key: labels.get(key, key))
    one = "/connections/<id>/hooks/<hook_id>"
    page.add_url_rule("/hooks", "hooks", _hooks)
    page.add_url_rule(one, "hook", _hook)
    page.add_url_rule(f"{one}/replay", "replay", _replay, methods=["POST"])
    page.add_url_rule(f"{one}/test", "test_hook", _test, methods=["POST"])
    page.add_url_rule(f"{one}/wake", "wake_hook", _wake, methods=["POST"])
    page.add_url_rule(f"{one}/end", "end_hook", _end, methods=["POST"])


def _hooks() -> Page:
    hooks = bridge().delivery.hooks
    found = [
        (connection, hook)
        for connection in bridge().connections.all()
        for hook in hooks.all(connection)
    ]
    counts = hooks.outbox.count([hook.id for _, hook in found])
    return render_template("hooks.html", found=found, counts=counts, State=State)


def _hook(id: str, hook_id: str) -> Page:  # noqa: A002 - as the address names it
    connection, hook = _found(id, hook_id)
    hooks = bridge().delivery.hooks
    return render_template(
        "hook.html",
        connection=connection,
        hook=hook,
        counts=hooks.outbox.count([hook.id])[hook.id],
        deliveries=hooks.deliveries(connection, hook.id, None, MOST_SHOWN),
        confirm=Confirm(),
        said=session.pop(SAID, None),
        State=State,
    )


def _replay(id: str, hook_id: str) -> Page:  # noqa: A002 - as the address names it
    connection, hook = _found(id, hook_id)
    if Confirm().validate_on_submit():
        # one delivery where its button names it, or else all that were given up
        one = request.form.getlist("delivery") or None
        count = bridge().delivery.hooks.replay(
            connection, hook.id, one, None if one else State.PARKED
        )
        note("replay_deliveries", connection.id, f"hook {hook.id}")
        session[SAID] = f"{count} {'delivery is' if count == 1 else 'deliveries are'} sent again."
    return _back(connection, hook)


def _test(id: str, hook_id: str) -> Page:  # noqa: A002 - as the address names it
    connection, hook = _found(id, hook_id)
    if Confirm().validate_on_submit():
        session[SAID] = _told(connection, hook)
    return _back(connection, hook)


def _told(connection: Connection, hook: Subscription) -> str:
    """Send the sample, and say what came of it."""
    try:
        _, reply = bridge().delivery.hooks.test(connection, hook.id)
    except (TestedTooSoon, Overloaded) as error:
        return str(error)
    if reply.failure is None:
        return f"The target took the sample: it answered {reply.status}."
    return f"The sample did not arrive: {reply.failure}."


def _wake(id: str, hook_id: str) -> Page:  # noqa: A002 - as the address names it
    connection, hook = _found(id, hook_id)
    if Confirm().validate_on_submit():
        bridge().delivery.hooks.wake(connection, hook.id)
        note("wake_hook", connection.id, f"hook {hook.id}")
        session[SAID] = "It is sent to again. What was given up can be sent again, too."
    return _back(connection, hook)


def _end(id: str, hook_id: str) -> Page:  # noqa: A002 - as the address names it
    connection, hook = _found(id, hook_id)
    if Confirm().validate_on_submit():
        bridge().delivery.hooks.unsubscribe(connection, hook.id)
        note("unsubscribe", connection.id, f"hook {hook.id}")
    return redirect(url_for("page.hooks"), HTTPStatus.SEE_OTHER)


def _back(connection: Connection, hook: Subscription) -> Response:
    return redirect(url_for("page.hook", id=connection.id, hook_id=hook.id), HTTPStatus.SEE_OTHER)


def _found(connection_id: str, hook_id: str) -> tuple[Connection, Subscription]:
    connection = found_connection(connection_id)
    try:
        return connection, bridge().delivery.hooks.find(connection, hook_id)
    except NoSuchHook:
        abort(HTTPStatus.NOT_FOUND)
