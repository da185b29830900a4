"""Signing in: setting the operator's password once, and asking for it."""

from http import HTTPStatus

import structlog
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from connector.operator import SHORTEST
from connector.page.wording import span
from connector.web.context import bridge

OPEN = frozenset({"page.sign_in", "page.set_up", "page.static"})
EPOCH = "password"  # in the session: which password was known when it began
NOT_OURS = "This is not the SECRET_KEY of this bridge; of several, the first counts."
NOT_RIGHT = "This is not the password."
Page = str | Response | tuple[str, HTTPStatus]

log = structlog.get_logger()


class SetUp(FlaskForm):  # type: ignore[misc]
    """Sets the operator's password; SECRET_KEY shows that the bridge is one's own."""

    secret_key = PasswordField(
        "SECRET_KEY",
        [InputRequired("Enter the SECRET_KEY that this bridge was started with.")],
        description="The setting that this bridge was started with shows that it is yours.",
    )
    password = PasswordField(
        "New password",
        [Length(SHORTEST, message=f"It must have {SHORTEST} characters or more.")],
        description=f"{SHORTEST} characters or more. You sign in with it from now on.",
    )
    again = PasswordField(
        "New password, once more", [EqualTo("password", "The two passwords differ.")]
    )


class SignIn(FlaskForm):  # type: ignore[misc]
    """Asks for the operator's password."""

    password = PasswordField("Password", [InputRequired("Enter the password.")])


class SignOut(FlaskForm):  # type: ignore[misc]
    """Ends the session; it has a button only."""


def add_to(page: Blueprint) -> None:
    """Add signing in, and out."""
    page.add_url_rule("/setup", "set_up", _set_up, methods=["GET", "POST"])
    page.add_url_rule("/sign-in", "sign_in", _sign_in, methods=["GET", "POST"])
    page.add_url_rule("/sign-out", "sign_out", _sign_out, methods=["POST"])
    page.app_context_processor(lambda: {"sign_out_form": SignOut, "is_signed_in": is_signed_in})


def is_set_up() -> bool:
    """Return whether there is a password to sign in with."""
    return bridge().operator.epoch() is not None


def is_signed_in() -> bool:
    """Return whether this visitor knew the password that is set now."""
    epoch = session.get(EPOCH)
    return epoch is not None and epoch == bridge().operator.epoch()


def _set_up() -> Page:
    if is_set_up():
        return redirect(url_for("page.sign_in"), HTTPStatus.SEE_OTHER)
    form = SetUp()
    # only a form of this page counts: another could have a browser send what is wrong
    if form.validate_on_submit():
        is_right = bridge().vault.is_newest(form.secret_key.data)
        refusal = _refusal(form.secret_key.data, NOT_OURS, is_right=is_right)
        if refusal is not None:
            form.secret_key.errors = [refusal]
            return render_template("set_up.html", form=form), _status(form)
        if not bridge().operator.set(form.password.data, is_first=True):
            return redirect(url_for("page.sign_in"), HTTPStatus.SEE_OTHER)
        return _enter("page.add_connection" if not bridge().connections.all() else "page.now")
    return render_template("set_up.html", form=form), _status(form)


def _sign_in() -> Page:
    if not is_set_up():
        return redirect(url_for("page.set_up"), HTTPStatus.SEE_OTHER)
    form = SignIn()
    if form.validate_on_submit():  # as above
        is_right = bridge().operator.checks(form.password.data)
        refusal = _refusal(form.password.data, NOT_RIGHT, is_right=is_right)
        if refusal is None:
            return _enter("page.now")
        form.password.errors = [refusal]
    return render_template("sign_in.html", form=form), _status(form)


def _refusal(presented: str, wrong: str, *, is_right: bool) -> str | None:
    """Say why a password or secret is refused, or None: it is `wrong`, or too many were before."""
    tries = bridge().connections.wrong_tries
    address = f"page {request.remote_addr}"  # counted apart from wrong tokens
    # looked at after the check: of many that are sent at once, none passes before the others count
    if seconds := tries.blocked_for(address):
        log.warning("page.wrong_passwords", address=request.remote_addr)
        return f"Too many were wrong. Try again in {span(seconds)}."
    if not is_right:
        tries.note(address, presented)
        log.warning("page.refused", address=request.remote_addr)
        return wrong
    tries.forget(address)
    log.info("page.signed_in", address=request.remote_addr)
    return None


def _sign_out() -> Page:
    if SignOut().validate_on_submit():
        session.clear()
    return redirect(url_for("page.sign_in"), HTTPStatus.SEE_OTHER)


def _enter(where: str) -> Response:
    session.clear()  # nothing of before goes on under this sign-in
    session.permanent = True
    session[EPOCH] = bridge().operator.epoch()
    return redirect(url_for(where), HTTPStatus.SEE_OTHER)


def _status(form: FlaskForm) -> HTTPStatus:
    """Return what a form is answered with: one with an error is no success."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
