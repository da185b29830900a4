"""REST hooks out: who wants to be told of which events, and how they are told."""

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

from connector.blocks import Trigger
from connector.clock import SYSTEM_CLOCK, Clock
from connector.connections import Connections
from connector.delivery.dispatch import Dispatcher
from connector.delivery.fanout import Fanout
from connector.delivery.hooks.hooks import Hooks
from connector.delivery.hooks.subscription import NoSuchHook, Subscription
from connector.delivery.hooks.subscriptions import Subscriptions
from connector.delivery.http.sender import Reply, Sender
from connector.delivery.http.signature import new_secret, signed_headers
from connector.delivery.http.targets import TargetRefused, TargetRules, check_url
from connector.delivery.http.trials import TestedTooSoon, Trials
from connector.delivery.messages import Messages
from connector.delivery.queue.mending import Mending
from connector.delivery.queue.queue import Queue
from connector.delivery.queue.replay import Outbox
from connector.delivery.reading.demand import ReadDemands
from connector.delivery.reading.lapsing import Lapsing
from connector.delivery.reading.reading import HookReading
from connector.feed import Feed
from connector.store import Store, Vault

__all__ = [
    "Delivery",
    "Hooks",
    "NoSuchHook",
    "Reply",
    "Sender",
    "Subscription",
    "TargetRefused",
    "TargetRules",
    "TestedTooSoon",
    "check_url",
    "new_secret",
    "signed_headers",
]


@dataclass(frozen=True)
class Delivery:
    """The `hooks` as their owners see them, and the work that is done for these."""

    hooks: Hooks
    reading: HookReading
    fanout: Fanout
    dispatcher: Dispatcher
    mending: Mending
    lapsing: Lapsing

    @classmethod
    def open(
        cls,
        store: Store,
        vault: Vault,
        feed: Feed,
        connections: Connections,
        triggers: Mapping[str, Trigger],
        *,
        rules: TargetRules,
        sender: Sender | None = None,
        clock: Clock = SYSTEM_CLOCK,
        pool: Executor | None = None,
    ) -> "Delivery":
        """Put delivery together.

        `rules` say where hooks may go. `sender` sends them, over the network unless given, and does
        so in `pool`, in threads unless given.
        """
        sender = sender or Sender(rules, clock=clock)
        subscriptions = Subscriptions(store, vault, clock)
        messages = Messages(feed.log, triggers)
        return cls(
            Hooks(
                triggers, subscriptions, Outbox(store, clock), sender, rules, clock, Trials(clock)
            ),
            HookReading(feed, ReadDemands(store, vault), connections, triggers),
            Fanout(store, connections, feed.log, subscriptions, messages, triggers, clock),
            Dispatcher(Queue(store, clock), subscriptions, messages, sender, clock, pool=pool),
            Mending(store, clock),
            Lapsing(store, clock),
        )
