"""The addresses of the storefront, and what each answer says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import structlog
from flask import Blueprint, Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from connector.bridge import Bridge
from connector.connections import Connection
from connector.customer_links import CustomerLinks, LinkRefused
from connector.returngo import ReturnGOError
from connector.store import StoreUnavailable, WrongSecretKey
from connector.storefront.finding import Finding
from connector.storefront.language import choose
from connector.storefront.signature import SIGNATURE, SignatureRefused, Visit, verify
from connector.storefront.texts import LANGUAGES
from connector.web.rendering import render

LIQUID, HTML, JSON = "liquid", "html", "json"
TYPES = {LIQUID: "application/liquid; charset=utf-8", HTML: "text/html; charset=utf-8"}
PREFIX = re.compile(r"/[A-Za-z0-9_/-]{1,100}")
HOME = "/storefront/returns"
FINDING = "returngo-connector-storefront"

log = structlog.get_logger()


@dataclass(frozen=True)
class Asked:
    """A request that was signed: by whom it was made, and how it is to be answered."""

    visit: Visit
    form: str
    locale: str | None
    token: str | None = None
    found: tuple[Connection, str] | None = None

    @property
    def language(self) -> str:
        """The language to answer in."""
        return choose(self.locale, self.visit.path_prefix, request.accept_languages)

    @property
    def home(self) -> str:
        """Where the list stands, as the visitor's browser sees it."""
        prefix = self.visit.path_prefix.rstrip("/")
        return prefix if PREFIX.fullmatch(prefix) and not prefix.startswith("//") else HOME

    @property
    def query(self) -> str:
        """What links carry on, to be signed anew by Shopify."""
        kept = {"token": self.token, "locale": self.locale if self.locale in LANGUAGES else None}
        kept = {name: value for name, value in kept.items() if value is not None}
        return f"?{urlencode(kept)}" if kept else ""


def add_to(app: Flask, bridge: Bridge) -> None:
    """Serve the storefront."""
    app.extensions[FINDING] = Finding(bridge), bridge
    storefront = Blueprint(
        "storefront", __name__, url_prefix=HOME, template_folder="templates", static_folder=None
    )
    storefront.add_url_rule("", "returns", _returns)
    storefront.add_url_rule("/returns.css", "stylesheet", _stylesheet)
    storefront.add_url_rule("/<rma_id>", "one", _one)
    storefront.register_error_handler(SignatureRefused, _refuse)
    storefront.register_error_handler(LinkRefused, _refuse)
    for error in (ReturnGOError, StoreUnavailable, WrongSecretKey):
        storefront.register_error_handler(error, _later)
    app.register_blueprint(storefront)


def _parts() -> tuple[Finding, Bridge]:
    parts: tuple[Finding, Bridge] = current_app.extensions[FINDING]
    return parts


def _asked() -> Asked:
    """Read who asks, and keep it for the request. Raises SignatureRefused and LinkRefused."""
    g.asked = asked = _read()
    return asked


def _read() -> Asked:
    finding, bridge = _parts()
    locale, token = request.args.get("locale"), request.args.get("token")
    secret = bridge.settings.shopify_app_secret
    if token is not None and SIGNATURE not in request.args:
        return _by_link(bridge, token, locale)
    if secret is None:
        raise SignatureRefused("There is no secret to verify it by.")
    visit = verify([*request.args.items(multi=True)], secret, bridge.clock.now())
    return Asked(visit, _form(LIQUID), locale, found=finding.shop(visit.shop))


def _by_link(bridge: Bridge, token: str, locale: str | None) -> Asked:
    """Read whose a link is. Raises LinkRefused, too where its connection lost the shop."""
    link = CustomerLinks(bridge.vault, bridge.clock).read(token)
    connection = bridge.connections.by_id(link.connection)
    if connection is None or link.shop not in connection.shops:
        raise LinkRefused("Its shop is no longer there.")
    visit = Visit(link.shop, link.customer_id, HOME)
    return Asked(visit, _form(HTML), locale, token, (connection, link.shop))


def _form(default: str) -> str:
    form = request.args.get("format", default)
    return form if form in (LIQUID, HTML, JSON) else default


def _returns() -> ResponseReturnValue:
    asked = _asked()
    finding, _ = _parts()
    if asked.visit.customer_id is None:
        return _answer(asked, "sentence.html", {"returns": []}, says="log_in")
    found = asked.found
    returns = [] if found is None else finding.all(*found, asked.visit.customer_id)
    return _answer(asked, "returns.html", {"returns": returns})


def _one(rma_id: str) -> ResponseReturnValue:
    asked = _asked()
    finding, _ = _parts()
    if asked.visit.customer_id is None:
        return _answer(asked, "sentence.html", {"return": None}, says="log_in")
    found = asked.found
    told = None if found is None else finding.one(*found, asked.visit.customer_id, rma_id)
    if told is None:
        missing = HTTPStatus.NOT_FOUND
        return _answer(asked, "sentence.html", {"return": None}, missing, says="not_found")
    return _answer(asked, "return.html", {"return": told})


def _stylesheet() -> Response:
    """Serve the stylesheet, which is the same for everyone."""
    css = render_template("storefront/returns.css")
    return Response(
        css,
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": "public, max-age=3600"},
    )


def _answer(
    asked: Asked,
    template: str,
    told: Mapping[str, Any],
    status: HTTPStatus = HTTPStatus.OK,
    *,
    says: str | None = None,
) -> Response:
    texts = LANGUAGES[asked.language]
    if asked.form == JSON:
        beside = {} if says is None else {"message": texts[says]}
        response = render({**told, **beside, "language": asked.language}, status)
        response.headers["Cache-Control"] = "no-store"
        return response
    _, bridge = _parts()
    sheet = bridge.settings.storefront_stylesheet
    page = render_template(
        f"storefront/{template}",
        is_whole=asked.form == HTML,
        texts=texts,
        language=asked.language,
        home=asked.home,
        query=asked.query,
        stylesheet=sheet,
        says=says,
        quote=quote,
        told=told,
    )
    if asked.form == LIQUID:
        # Shopify runs it as a template: what a product is called must not be a part of one.
        page = page.replace("{", "&#123;").replace("}", "&#125;")
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
    if asked.form == HTML:
        headers |= {
            "Content-Security-Policy": _policy(sheet),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }
    return Response(page, status, headers, content_type=TYPES[asked.form])


def _policy(sheet: str | None) -> str:
    own = "'self'" if sheet is None else f"'self' https://{urlsplit(sheet).netloc}"
    return (
        f"default-src 'none'; style-src {own}; img-src https:; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'"
    )


def _refuse(error: Exception) -> ResponseReturnValue:
    log.warning("storefront.refused", reason=str(error))
    return Response(_in_visitors_language("refused"), HTTPStatus.FORBIDDEN, mimetype="text/plain")


def _later(error: Exception) -> ResponseReturnValue:
    log.warning("storefront.failed", error=type(error).__name__)
    asked: Asked | None = g.get("asked")
    missing = HTTPStatus.SERVICE_UNAVAILABLE
    if asked is None:  # the shop itself could not be looked up
        response = Response(_in_visitors_language("later"), missing, mimetype="text/plain")
    else:
        response = _answer(asked, "sentence.html", {}, missing, says="later")
    response.headers["Retry-After"] = "600"
    return response


def _in_visitors_language(name: str) -> str:
    return LANGUAGES[choose(None, "", request.accept_languages)][name]
