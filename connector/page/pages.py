"""The page's parts, put together, and what each answer of it carries."""

from http import HTTPStatus

import structlog
from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Answer

from connector.blocks import Catalogue
from connector.bridge import Bridge
from connector.page import backfill, connections, deeds, events, hooks, now, sign_in, trying
from connector.page.sessions import SIGNED_IN_FOR, PageSessions
from connector.page.wording import FILTERS
from connector.store import StoreUnavailable, WrongSecretKey

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

log = structlog.get_logger()


def add_to(app: Flask, catalogue: Catalogue, bridge: Bridge) -> None:
    """Serve the page at `/`, for a visitor who signs in with the operator's password."""
    signing = bridge.vault.signing_keys("page")
    app.secret_key = signing[0]
    app.session_interface = PageSessions()
    is_https = (bridge.public_url or "").startswith("https://")
    app.config.update(
        SECRET_KEY_FALLBACKS=signing[1:],
        # by its prefix, a browser takes it from this very host alone, and by https
        SESSION_COOKIE_NAME=f"{'__Host-' if is_https else ''}returngo-connector",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_https,
        PERMANENT_SESSION_LIFETIME=SIGNED_IN_FOR,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,  # as long as one is signed in
    )
    page = Blueprint("page", __name__, static_folder="static", template_folder="templates")
    page.before_request(_ask_who)
    page.register_error_handler(HTTPException, _say)
    for error_type in (StoreUnavailable, WrongSecretKey):
        page.register_error_handler(error_type, _say_what_failed)
    page.after_request(_guard)
    for name, show in FILTERS.items():
        page.add_app_template_filter(show, name)
    sign_in.add_to(page)
    now.add_to(page, catalogue)
    connections.add_to(page, catalogue)
    events.add_to(page, catalogue)
    hooks.add_to(page, catalogue)
    deeds.add_to(page, catalogue)
    trying.add_to(page, catalogue)
    backfill.add_to(page)
    app.register_blueprint(page)


def _ask_who() -> Answer | None:
    """Send a visitor who has not signed in to where that is done."""
    if request.endpoint in sign_in.OPEN or sign_in.is_signed_in():
        return None
    where = "page.sign_in" if sign_in.is_set_up() else "page.set_up"
    return redirect(url_for(where), HTTPStatus.SEE_OTHER)


def _say(error: HTTPException) -> tuple[str, int]:
    """Say what was wrong with a request as a page."""
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    sentence = error.description or error.name
    return render_template("trouble.html", title=error.name, sentence=sentence), code


def _say_what_failed(error: Exception) -> tuple[str, int]:
    """Say that the database fails, as a page that needs none."""
    log.error("page.store_failed", reason=str(error))
    sentence = f"The bridge's database cannot be used just now: {error}."
    page = render_template("trouble.html", title="Not ready", sentence=sentence)
    return page, HTTPStatus.SERVICE_UNAVAILABLE


def _guard(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.endpoint == "page.static":
        response.headers["Cache-Control"] = "max-age=3600"
    return response
