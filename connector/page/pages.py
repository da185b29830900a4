"""The page's parts, put together, and what each answer of it carries."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Flask, Response, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from connector.blocks import Catalogue
from connector.bridge import Bridge
from connector.page import connections, events, hooks, now, sign_in
from connector.page.wording import FILTERS

SIGNED_IN_FOR = timedelta(hours=12)
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def add_to(app: Flask, catalogue: Catalogue, bridge: Bridge) -> None:
    """Serve the page at `/`, for whoever signs in with the operator's password."""
    signing = bridge.vault.signing_keys("page")
    app.secret_key = signing[0]
    app.config.update(
        SECRET_KEY_FALLBACKS=signing[1:],
        SESSION_COOKIE_NAME="returngo-connector",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=(bridge.public_url or "").startswith("https://"),
        PERMANENT_SESSION_LIFETIME=SIGNED_IN_FOR,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,  # as long as one is signed in
    )
    page = Blueprint("page", __name__, static_folder="static", template_folder="templates")
    page.before_request(_ask_who)
    page.after_request(_guard)
    for name, show in FILTERS.items():
        page.add_app_template_filter(show, name)
    sign_in.add_to(page)
    now.add_to(page, catalogue)
    connections.add_to(page, catalogue)
    events.add_to(page, catalogue)
    hooks.add_to(page, catalogue)
    app.register_blueprint(page)


def _ask_who() -> Answer | None:
    """Send a visitor who has not signed in to where that is done."""
    if request.endpoint in sign_in.OPEN or sign_in.is_signed_in():
        return None
    where = "page.sign_in" if sign_in.is_set_up() else "page.set_up"
    return redirect(url_for(where), HTTPStatus.SEE_OTHER)


def _guard(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.endpoint == "page.static":
        response.headers["Cache-Control"] = "max-age=3600"
    return response
