"""The Flask application: every route, made from a catalogue."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask
from flask.ctx import RequestContext

from connector.blocks import Catalogue
from connector.bridge import Bridge
from connector.web.account import add_account
from connector.web.actions import add_actions
from connector.web.auth import authenticate
from connector.web.batches import add_batches
from connector.web.catalogue import add_catalogue
from connector.web.choices import add_choices
from connector.web.context import EXTENSION, bridge
from connector.web.customer_links import add_customer_links
from connector.web.exports import add_exports
from connector.web.guarding import guard
from connector.web.health import health
from connector.web.hooks import add_hooks
from connector.web.inbound import inbound
from connector.web.metrics import metrics
from connector.web.openapi.document import to_dict, to_yaml
from connector.web.openapi.pages import add_pages
from connector.web.operations import Operations
from connector.web.problems import register
from connector.web.rate_limit_headers import add_allowance
from connector.web.repeats import Repeats
from connector.web.request_log import add_request_log
from connector.web.searches import add_searches
from connector.web.subscribing import add_subscribing
from connector.web.triggers import add_triggers

LARGEST_BODY = 1024 * 1024  # bytes


class _Application(Flask):
    """The bridge's own: it calls views as they are, and believes no request what its name is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view as it is: none is a coroutine, and to ask takes its time."""
        return func

    def request_context(self, environ: dict[str, Any]) -> RequestContext:
        """Have what an answer says of its own address follow PUBLIC_URL, or the socket."""
        assembled: Bridge = self.extensions[EXTENSION]
        environ.pop("HTTP_HOST", None)
        if assembled.public_url is not None:
            environ["wsgi.url_scheme"], environ["HTTP_HOST"] = _named(assembled.public_url)
        return super().request_context(environ)


@lru_cache
def _named(public_url: str) -> tuple[str, str]:
    """Read the scheme and the host of an address."""
    address = urlsplit(public_url)
    return address.scheme, address.netloc


def create_app(catalogue: Catalogue, assembled: Bridge) -> Flask:
    """Make the application that serves `catalogue` with an `assembled` bridge."""
    app = _Application("returngo-connector", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.extensions[EXTENSION] = assembled
    v1, operations = _v1(catalogue)
    app.register_blueprint(v1)
    app.register_blueprint(inbound)
    app.register_blueprint(health)
    app.register_blueprint(metrics)
    add_pages(app, operations.document)
    register(app)
    # what is added first comes last: an answer is logged when all the rest is done
    add_request_log(app, counts=lambda: bridge().settings.metrics_token is not None)
    app.after_request(guard)
    app.wsgi_app = Repeats(app)  # type: ignore[method-assign]
    return app


def openapi_yaml(catalogue: Catalogue) -> str:
    """Write the OpenAPI document of a catalogue as YAML; nothing needs to run for it."""
    _, operations = _v1(catalogue)
    return to_yaml(to_dict(operations.document()))


def _v1(catalogue: Catalogue) -> tuple[Blueprint, Operations]:
    v1 = Blueprint("v1", __name__, url_prefix="/v1")
    v1.before_request(authenticate)
    v1.after_request(add_allowance)
    operations = Operations(v1)
    add_account(operations)
    add_customer_links(operations)
    add_catalogue(operations, catalogue)
    add_triggers(operations, catalogue)
    add_batches(operations, catalogue)
    add_actions(operations, catalogue)
    add_searches(operations, catalogue)
    add_choices(operations, catalogue)
    add_exports(operations, catalogue)
    add_subscribing(operations, catalogue)
    add_hooks(operations)
    return v1, operations
