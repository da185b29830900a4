"""The WSGI entry: `app:create_app()` makes the bridge that gunicorn serves."""

import structlog
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from connector import logs, page, storefront, web
from connector.blocks import Catalogue
from connector.bridge import Bridge
from connector.catalogue import CATALOGUE
from connector.clock import SYSTEM_CLOCK, Clock
from connector.config import Settings, load
from connector.store import Store, StoreUnavailable, migrate

__all__ = ["CATALOGUE", "create_app"]

log = structlog.get_logger()


def create_app(
    catalogue: Catalogue = CATALOGUE, settings: Settings | None = None, clock: Clock = SYSTEM_CLOCK
) -> Flask:
    """Make a bridge that offers `catalogue`, set up by `settings` or by the environment.

    A database that is away answers every call with 503 until it is back. Raises SettingError.
    """
    logs.configure()
    settings = settings or load()
    store = Store(settings.database_url, connections=settings.database_connections)
    try:
        migrate(store)
    except StoreUnavailable as error:
        # `run` has migrated: a worker that starts anew must not end them all
        log.warning("store.away", reason=str(error))
    bridge = Bridge.assemble(settings, store, catalogue, clock)
    bridge.warm_up(catalogue)
    app = web.create_app(catalogue, bridge)
    page.add_to(app, catalogue, bridge)
    storefront.add_to(app, bridge)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    log.info("web.started")
    return app
