"""The assembled bridge: every rule, over one database. The web, the worker and commands use it."""

from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Self

from connector.blocks import Catalogue
from connector.budget import Budget
from connector.clock import SYSTEM_CLOCK, Clock
from connector.config import Settings
from connector.connections import Connection, Connections, Token
from connector.deeds import Deeds
from connector.delivery import Delivery, Sender, TargetRules
from connector.feed import Feed
from connector.findings import UPDATED_FILTER_SEES_ALL, Findings, Verdict
from connector.idempotency import Idempotency
from connector.inbound import Inboxes, Registrar, WebhookBuffer
from connector.operator import Operator
from connector.retention import Retention
from connector.returngo import ReturnGO, Transport, Upstream
from connector.store import Store, StoreUnavailable, Vault, WrongSecretKey, migrate
from connector.verification import Admission, Verification

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Bridge:
    """The rules of the bridge, and the settings by which they were put together."""

    connections: Connections
    feed: Feed
    delivery: Delivery
    idempotency: Idempotency
    verification: Verification
    admission: Admission
    budget: Budget
    store: Store
    upstream: Upstream
    inboxes: Inboxes
    webhook_buffer: WebhookBuffer
    retention: Retention
    deeds: Deeds
    operator: Operator
    settings: Settings
    vault: Vault
    clock: Clock

    @classmethod
    def open(cls, settings: Settings, catalogue: Catalogue, *, claims: bool = True) -> Self:
        """Put a bridge together over a database that is up to date, and that it `claims`.

        Raises StoreUnavailable, WrongSecretKey, and AnotherKey where it is another key's.
        """
        store = Store(settings.database_url, connections=settings.database_connections)
        migrate(store)
        bridge = cls.assemble(settings, store, catalogue)
        if claims:
            bridge.connections.ownership.claim()
        return bridge

    @classmethod
    def assemble(
        cls,
        settings: Settings,
        store: Store,
        catalogue: Catalogue,
        clock: Clock = SYSTEM_CLOCK,
        *,
        transport: Transport | None = None,
        sender: Sender | None = None,
        pool: Executor | None = None,
    ) -> Self:
        """Put a bridge together over a database, whatever state that is in.

        `transport` calls ReturnGO and `sender` hooks, over the network unless given; `pool` runs
        readings and sends, in threads of their own unless given.
        """
        vault = Vault(settings.secret_key)
        budget = Budget(
            store,
            daily=settings.returngo_daily_limit,
            second=settings.returngo_second_limit,
            reading=settings.returngo_reading_calls,
            clock=clock,
        )
        findings = Findings(store)
        transport = transport or Transport(settings.returngo_base_url, clock=clock)
        upstream = Upstream(transport, budget, clock)
        keeps = timedelta(days=settings.event_retention_days)
        retention = Retention.open(store, clock, keeps=keeps)
        feed = Feed.open(
            store,
            vault,
            budget,
            upstream,
            freshness=timedelta(seconds=settings.feed_freshness),
            ceiling=timedelta(seconds=settings.feed_ceiling),
            baseline=timedelta(seconds=settings.feed_baseline),
            clock=clock,
            pool=pool,
            kept_pages=settings.page_cache * MEGABYTE,
            sees_all=lambda key_id: findings.get(key_id, UPDATED_FILTER_SEES_ALL) is Verdict.TRUE,
            after_reading=retention.after_reading,
        )
        connections = Connections(settings, store, vault, clock)
        verification = Verification(store, upstream, clock)
        return cls(
            connections=connections,
            feed=feed,
            delivery=Delivery.open(
                store,
                vault,
                feed,
                connections,
                catalogue.triggers,
                rules=TargetRules(settings.allow_local_targets, settings.hook_ports),
                sender=sender,
                clock=clock,
                pool=pool,
            ),
            idempotency=Idempotency(store, vault, upstream, clock),
            verification=verification,
            admission=Admission(verification, connections.wrong_tries, clock),
            budget=budget,
            store=store,
            upstream=upstream,
            inboxes=Inboxes(store, vault, clock),
            webhook_buffer=WebhookBuffer(store, feed, clock),
            retention=retention,
            deeds=Deeds(store, vault, clock),
            operator=Operator(store, clock),
            settings=settings,
            vault=vault,
            clock=clock,
        )

    @property
    def public_url(self) -> str | None:
        """Where it is reached from outside, if that is set."""
        return self.settings.public_url

    @property
    def registrar(self) -> Registrar | None:
        """What registers the bridge for ReturnGO's webhooks; None without a public address."""
        if self.public_url is None:
            return None
        return Registrar(self.inboxes, self.upstream, self.public_url.rstrip("/"))

    def returngo(self, connection: Connection, call: Mapping[str, Any]) -> ReturnGO:
        """Open the shop that a call is about. Raises ForeignShop."""
        return self.upstream.open(connection, connection.shop(call.get("shop")))

    def warm_up(self, catalogue: Catalogue) -> None:
        """Make the first pages of a new process, before the first poll asks for them.

        A database that is away, or sealed by another secret, is left to the poll, which says so.
        """
        with suppress(StoreUnavailable, WrongSecretKey):
            for connection in self.connections.all():
                self.feed.warm_up(connection, catalogue.triggers.values())

    def end_connection(self, connection: Connection) -> None:
        """Forget a connection that stands in the database, its tokens and its hooks."""
        for hook in self.delivery.hooks.all(connection):
            self.delivery.hooks.unsubscribe(connection, hook.id)
        self.connections.kept.remove(connection.id)

    def end_token(self, token: Token) -> None:
        """Take a token back, and end the hooks that were made with it."""
        end_hooks = self.delivery.hooks.subscriptions.end_owned
        self.connections.tokens.revoke(token.id, also=partial(end_hooks, owner=token.id))

    def close(self) -> None:
        """Let what is being read and sent end, begin no more."""
        self.delivery.dispatcher.close()
        self.feed.close()
