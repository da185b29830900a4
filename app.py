"""The composition root: puts the bridge together; the WSGI entry is `app:create_app()`."""

from datetime import timedelta

import structlog
from flask import Flask

import actions
import triggers
from connector import choices, logs, web
from connector.blocks import Catalogue
from connector.budget import Budget
from connector.clock import SYSTEM_CLOCK, Clock
from connector.config import Settings, load
from connector.connections import Connections
from connector.delivery import Delivery, TargetRules
from connector.feed import Feed
from connector.findings import UPDATED_FILTER_SEES_ALL, Findings, Verdict
from connector.inbound import Inboxes, Letterbox
from connector.once import Once
from connector.returngo import Transport, Upstream
from connector.store import Store, StoreUnavailable, Vault, migrate
from connector.verification import Verification

log = structlog.get_logger()

MEGABYTE = 1024 * 1024

CATALOGUE = Catalogue.of(triggers, actions, choices)


def create_app(
    catalogue: Catalogue = CATALOGUE, settings: Settings | None = None, clock: Clock = SYSTEM_CLOCK
) -> Flask:
    """Make a bridge that offers `catalogue`, set up by `settings` or by the environment.

    A database that is away answers every call with 503 until it is back. Raises SettingError.
    """
    logs.configure()
    settings = settings or load()
    store = Store(settings.database_url)
    try:
        migrate(store)
    except StoreUnavailable as error:
        # `run` has migrated: a worker that starts anew must not end them all
        log.warning("store.away", reason=str(error))
    return web.create_app(catalogue, put_together(settings, store, catalogue, clock))


def open_services(settings: Settings) -> web.Services:
    """Put the rules together, over a database that is up to date. Raises StoreUnavailable."""
    store = Store(settings.database_url)
    migrate(store)
    return put_together(settings, store, CATALOGUE, SYSTEM_CLOCK)


def put_together(
    settings: Settings, store: Store, catalogue: Catalogue, clock: Clock
) -> web.Services:
    """Put the rules together."""
    vault = Vault(settings.secret_key)
    budget = Budget(
        store,
        daily=settings.returngo_daily_limit,
        second=settings.returngo_second_limit,
        clock=clock,
    )
    findings = Findings(store)
    upstream = Upstream(Transport(settings.returngo_base_url, clock=clock), budget, clock)
    feed = Feed.open(
        store,
        vault,
        budget,
        upstream,
        freshness=timedelta(seconds=settings.feed_freshness),
        baseline=timedelta(seconds=settings.feed_baseline),
        clock=clock,
        kept_pages=settings.page_cache * MEGABYTE,
        sees_all=lambda key_id: findings.get(key_id, UPDATED_FILTER_SEES_ALL) is Verdict.TRUE,
    )
    connections = Connections(settings)
    return web.Services(
        connections=connections,
        feed=feed,
        delivery=Delivery.open(
            store,
            vault,
            feed,
            connections,
            catalogue.triggers,
            rules=TargetRules(allow_local=settings.allow_local_targets),
            clock=clock,
        ),
        once=Once(store, vault, upstream, clock),
        verification=Verification(store, upstream, clock),
        budget=budget,
        store=store,
        upstream=upstream,
        inboxes=Inboxes(store, vault),
        letterbox=Letterbox(store, feed, clock),
        public_url=settings.public_url,
    )
