"""Connections: adding ReturnGO keys, making tokens, and connecting a platform with one."""

from collections import Counter
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from connector.blocks import Catalogue
from connector.connections import (
    Connection,
    ConnectionRefused,
    NewToken,
    Scope,
    new_connection,
)
from connector.connections.connections import OPERATOR
from connector.export import EXPORTERS, Site, archive
from connector.page.forms import AddConnection, AddToken, Confirm
from connector.page.found import SAID, found_connection
from connector.page.noting import note
from connector.page.platforms import PLATFORMS
from connector.returngo import ReturnGOError
from connector.web.context import bridge, own_address

Page = str | Response | tuple[str, HTTPStatus]


def add_to(page: Blueprint, catalogue: Catalogue) -> None:
    """Add the pages of connections and tokens."""

    def download(platform: str) -> Response:
        render = EXPORTERS.get(platform)
        if render is None:
            abort(HTTPStatus.NOT_FOUND)
        packed = archive(render(Site(catalogue, own_address())))
        name = f"returngo-{platform}.zip"
        return Response(
            packed,
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    both = ["GET", "POST"]
    page.add_url_rule("/connections/new", "add_connection", _add_connection, methods=both)
    page.add_url_rule("/connections/<id>", "connection", _connection, methods=both)
    page.add_url_rule("/connections/<id>/remove", "remove_connection", _remove, methods=["POST"])
    page.add_url_rule("/connections/<id>/webhooks", "webhooks", _webhooks, methods=["POST"])
    page.add_url_rule("/tokens/<id>/revoke", "revoke_token", _revoke, methods=["POST"])
    page.add_url_rule("/download/<platform>.zip", "download", download)


def _add_connection() -> Page:
    form = AddConnection()
    if form.validate_on_submit():
        try:
            made = new_connection(
                form.api_key.data.strip(), form.names(), (form.label.data or "").strip() or None
            )
            for shop in made.shops:
                bridge().verification.verify(made, shop)
            bridge().connections.add(made)
            note("add_connection", made.id, made.label)
        except ConnectionRefused as error:
            form.form_errors.append(str(error))
        except ReturnGOError as error:
            form.form_errors.append(f"{shop}: {error}")
        else:
            where = url_for("page.connection", id=made.id)
            return redirect(where, HTTPStatus.SEE_OTHER)
    wrong = form.errors or form.form_errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render_template("add_connection.html", form=form), status


def _connection(id: str) -> Page:  # noqa: A002 - as the address names it
    found = found_connection(id)
    form = _token_form(found)
    made: NewToken | None = None
    if form.validate_on_submit():
        days = form.days.data
        made = bridge().connections.tokens.add(
            found.id,
            form.name.data.strip(),
            [Scope(each) for each in form.scopes.data],
            shops=tuple(form.shops.data) or None,
            expires_at=None if days is None else bridge().clock.now() + timedelta(days=days),
            minute_limit=form.calls_a_minute.data,
            daily_limit=form.calls_a_day.data,
        )
        note("make_token", found.id, made.token.title)
        form = _token_form(found, formdata=None)  # for another
    return _shown(found, form, made)


def _token_form(found: Connection, **options: None) -> AddToken:
    form = AddToken(**options)
    form.shops.choices = [SelectChoice(shop, shop) for shop in found.shops]
    return form


def _shown(found: Connection, form: AddToken, made: NewToken | None) -> Page:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = render_template(
        "connection.html",
        connection=found,
        is_kept=found.id != OPERATOR,
        tokens=bridge().connections.tokens.all(found.id),
        calls=bridge().budget.allowances.today(bridge().clock.now()),
        form=form,
        confirm=Confirm(),
        made=made,
        address=own_address(),
        platforms=PLATFORMS,
        now=bridge().clock.now(),
        said=session.pop(SAID, None),
        public_url=bridge().public_url,
        is_asked=request.args.get("ask") == "remove",
    )
    return page, status


def _remove(id: str) -> Page:  # noqa: A002 - as the address names it
    found = found_connection(id)
    if Confirm().validate_on_submit() and found.id != OPERATOR:
        bridge().end_connection(found)
        note("remove_connection", found.id, found.label)
    return redirect(url_for("page.now"), HTTPStatus.SEE_OTHER)


def _webhooks(id: str) -> Page:  # noqa: A002 - as the address names it
    """Have ReturnGO tell the bridge of what happens in each shop of a connection."""
    found = found_connection(id)
    registrar = bridge().registrar
    if Confirm().validate_on_submit() and registrar is not None:
        try:
            counted = Counter(
                registration.status
                for shop in found.shops
                for registration in registrar.register(found, shop)
            )
        except ReturnGOError as error:
            session[SAID] = f"ReturnGO could not be asked: {error}"
        else:
            told = ", ".join(f"{count} {status}" for status, count in sorted(counted.items()))
            note("register_webhooks", found.id, told)
            session[SAID] = f"Webhooks: {told}."
    return redirect(url_for("page.connection", id=found.id), HTTPStatus.SEE_OTHER)


def _revoke(id: str) -> Page:  # noqa: A002 - as the address names it
    tokens = bridge().connections.tokens
    token = next((each for each in tokens.all() if each.id == id), None)
    if token is None:
        abort(HTTPStatus.NOT_FOUND)
    if Confirm().validate_on_submit():
        bridge().end_token(token)
        note("revoke_token", token.connection, token.title)
    return redirect(url_for("page.connection", id=token.connection), HTTPStatus.SEE_OTHER)
