"""Connections: adding ReturnGO keys, making tokens, and connecting a platform with one."""

from collections import Counter
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import (
    IntegerField,
    PasswordField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
    widgets,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from connector.blocks import Catalogue
from connector.connections import (
    Connection,
    ConnectionRefused,
    NewToken,
    Scope,
    new_connection,
    read_shop_name,
)
from connector.connections.connections import OPERATOR
from connector.export import EXPORTERS, Site, archive
from connector.inbound import Registrar
from connector.page.found import SAID, found_connection
from connector.page.platforms import PLATFORMS
from connector.returngo import ReturnGOError
from connector.web.context import bridge, own_address

Page = str | Response | tuple[str, HTTPStatus]

SCOPES = {
    Scope.READ: "Read: poll triggers, search",
    Scope.ACT: "Act: change returns, record money",
    Scope.HOOKS: "Hooks: subscribe to triggers",
    Scope.ADMIN: "All of it",
}


class Checkboxes(SelectMultipleField):  # type: ignore[misc]
    """Several of some choices."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class AddConnection(FlaskForm):  # type: ignore[misc]
    """Takes a ReturnGO key and the shops that it is for."""

    api_key = PasswordField(
        "ReturnGO key",
        [InputRequired("Enter the key.")],
        description="In ReturnGO: Settings > Integrations > API. It is kept sealed.",
    )
    shops = TextAreaField(
        "Shops",
        [InputRequired("Name at least one shop.")],
        description="One a line, such as demo.myshopify.com; an address that you paste will do.",
    )
    label = StringField("Name", description="What to call it. Empty: as its first shop.")

    def validate_shops(self, field: TextAreaField) -> None:
        """Read the shops, or say which line is none."""
        try:
            _names(field.data)
        except ConnectionRefused as error:
            raise ValidationError(str(error)) from error

    def names(self) -> tuple[str, ...]:
        """Return the shops that are named. Raises ConnectionRefused."""
        return _names(self.shops.data)


def _names(text: str | None) -> tuple[str, ...]:
    lines = (text or "").replace(",", "\n").splitlines()
    return tuple(dict.fromkeys(read_shop_name(line) for line in lines if line.strip()))


class AddToken(FlaskForm):  # type: ignore[misc]
    """Makes a token."""

    name = StringField(
        "Name",
        [InputRequired("Name the workflow that uses it.")],
        description="The workflow that uses it, such as Zapier: refunds to the ledger.",
    )
    scopes = Checkboxes(
        "What it may do",
        choices=[SelectChoice(each.value, words) for each, words in SCOPES.items()],
        default=[Scope.READ.value, Scope.ACT.value, Scope.HOOKS.value],
    )
    shops = Checkboxes("For these shops only", description="None: for all, also those to come.")
    days = IntegerField(
        "Days until it expires",
        [Optional(), NumberRange(min=1, message="At least one day.")],
        description="Empty: it does not.",
    )

    def validate_scopes(self, field: Checkboxes) -> None:
        """Refuse a token that may do nothing; a browser would want every box checked."""
        if not field.data:
            raise ValidationError("Choose at least one.")


class Confirm(FlaskForm):  # type: ignore[misc]
    """A button that changes something."""


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
        )
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
    return redirect(url_for("page.now"), HTTPStatus.SEE_OTHER)


def _webhooks(id: str) -> Page:  # noqa: A002 - as the address names it
    """Have ReturnGO tell the bridge of what happens in each shop of a connection."""
    found = found_connection(id)
    public_url = bridge().public_url
    if Confirm().validate_on_submit() and public_url is not None:
        registrar = Registrar(bridge().inboxes, bridge().upstream, public_url.rstrip("/"))
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
            session[SAID] = f"Webhooks: {told}."
    return redirect(url_for("page.connection", id=found.id), HTTPStatus.SEE_OTHER)


def _revoke(id: str) -> Page:  # noqa: A002 - as the address names it
    tokens = bridge().connections.tokens
    token = next((each for each in tokens.all() if each.id == id), None)
    if token is None:
        abort(HTTPStatus.NOT_FOUND)
    if Confirm().validate_on_submit():
        tokens.revoke(token.id)
    return redirect(url_for("page.connection", id=token.connection), HTTPStatus.SEE_OTHER)
