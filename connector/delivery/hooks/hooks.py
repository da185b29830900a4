"""Hooks as their owners deal with them: subscribe, look, test, replay, unsubscribe."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.blocks import FieldError, InvalidInput, Trigger, read_input, to_json
from connector.clock import Clock
from connector.connections import Connection
from connector.delivery.hooks.subscription import NoSuchHook, Subscribed, Subscription
from connector.delivery.hooks.subscriptions import Subscriptions
from connector.delivery.hooks.wish import Wish
from connector.delivery.http.sender import Reply, Sender
from connector.delivery.http.signature import signed_headers
from connector.delivery.http.targets import TargetRefused, TargetRules, check_url, host_of, read_url
from connector.delivery.http.trials import Trials
from connector.delivery.queue.replay import Outbox, ShownDelivery
from schemas.hooks import State

SHOP = "shop"


@dataclass(frozen=True)
class Hooks:
    """The hooks of all connections; each sees its own. `triggers` are those that there are.

    Where a token is named that is the `only` one to be asked for, it finds those that it has made,
    and what is older than owners are. Any other is not there for it.
    """

    triggers: Mapping[str, Trigger]
    subscriptions: Subscriptions
    outbox: Outbox
    sender: Sender
    rules: TargetRules
    clock: Clock
    trials: Trials

    def subscribe(
        self,
        connection: Connection,
        trigger: Trigger,
        target_url: str,
        filters: Mapping[str, Any],
        *,
        is_ordered: bool,
        owner: str | None = None,
        idempotency_key: str | None = None,
    ) -> Subscribed:
        """Have a trigger's events sent, from now on; the hook is its `owner`'s, a token's.

        An owner that has the same hook already gets that. Raises InvalidInput, which names a
        filter or the URL, ForeignShop, StoreUnavailable, and KeyReused where the key stands for
        another hook.
        """
        try:
            wanted = read_input(trigger.filter_schema, filters)
        except InvalidInput as error:
            raise InvalidInput(
                FieldError(f"filters.{each.field}", each.detail, each.value, each.accepted)
                for each in error.errors
            ) from error
        shop = self._shop(connection, wanted.pop(SHOP, None))
        try:
            url = check_url(target_url, self.rules)
            host = host_of(read_url(url, self.rules))
        except TargetRefused as error:
            raise InvalidInput([FieldError("target_url", str(error), target_url)]) from error
        wish = Wish(
            trigger=trigger.key,
            shop=shop,
            filters=wanted,
            host=host,
            target_url=url,
            is_ordered=is_ordered,
            owner=owner,
            idempotency_key=idempotency_key,
        )
        return self.subscriptions.add(connection, wish)

    def _shop(self, connection: Connection, name: str | None) -> str | None:
        """Choose the shop of a hook; None is for all of a connection's, also those to come."""
        if name is None and connection.is_narrowed and len(connection.shops) > 1:
            shops = ", ".join(connection.shops)
            raise InvalidInput(
                [FieldError(f"filters.{SHOP}", f"is needed: this token is for {shops} only.")]
            )
        is_for_one = connection.brings_key or connection.is_narrowed
        return connection.shop(name) if name is not None or is_for_one else None

    def all(self, connection: Connection, *, only: str | None = None) -> list[Subscription]:
        """List a connection's hooks, the oldest first; of a narrowed one, those of its shops."""
        hooks = self.subscriptions.all(connection.id)
        return [each for each in hooks if _is_seen_by(connection, only, each)]

    def find(
        self, connection: Connection, hook_id: str, *, only: str | None = None
    ) -> Subscription:
        """Find one of them. Raises NoSuchHook."""
        hook = self.subscriptions.find(connection.id, hook_id)
        if not _is_seen_by(connection, only, hook):
            raise NoSuchHook("There is no such hook.")
        return hook

    def unsubscribe(self, connection: Connection, hook_id: str, *, only: str | None = None) -> None:
        """End one of them: nothing more is sent. Raises NoSuchHook."""
        self.subscriptions.end(connection.id, self.find(connection, hook_id, only=only).id)

    def rotate(
        self, connection: Connection, hook_id: str, *, only: str | None = None
    ) -> Subscription:
        """Put a new secret before the others, which sign for another day. Raises NoSuchHook."""
        hook = self.find(connection, hook_id, only=only)
        return self.subscriptions.rotate(connection.id, hook.id)

    def wake(
        self, connection: Connection, hook_id: str, *, only: str | None = None
    ) -> Subscription:
        """Have a hook that rests sent to and read for again. Raises NoSuchHook.

        What is parked stays so until it is replayed.
        """
        hook = self.find(connection, hook_id, only=only)
        return self.subscriptions.wake(connection.id, hook.id)

    def test(
        self, connection: Connection, hook_id: str, *, only: str | None = None
    ) -> tuple[str, Reply]:
        """Send the trigger's sample now; answer the message's id and what the target said.

        A hook that rests is woken where the target takes it. Raises NoSuchHook, Overloaded and
        TestedTooSoon. It waits as long as one try may take.
        """
        hook = self.find(connection, hook_id, only=only)
        now = self.clock.now()
        message_id = f"msg_test_{uuid.uuid4().hex}"
        if hook.trigger not in self.triggers:
            raise NoSuchHook(f"There is no trigger {hook.trigger} any more.")
        body = to_json(self.triggers[hook.trigger].sample())
        headers = signed_headers(message_id, now, body, hook.signing(now))
        with self.trials.take(hook.id):
            reply = self.sender.send(hook.target_url, body, headers)
        if reply.failure is None and hook.rests_since is not None:
            self.subscriptions.wake(connection.id, hook.id)
        return message_id, reply

    def deliveries(
        self,
        connection: Connection,
        hook_id: str,
        state: State | None,
        limit: int,
        *,
        only: str | None = None,
    ) -> list[ShownDelivery]:
        """List a hook's deliveries, the newest first. Raises NoSuchHook."""
        hook = self.find(connection, hook_id, only=only)
        return self.outbox.newest_first(hook.id, state, limit)

    def replay(
        self,
        connection: Connection,
        hook_id: str,
        ids: list[str] | None,
        state: State | None,
        *,
        only: str | None = None,
    ) -> int:
        """Send again: what is named, or all that is parked. Raises NoSuchHook, InvalidInput."""
        hook = self.find(connection, hook_id, only=only)
        if (ids is None) == (state is None):
            raise InvalidInput(
                [FieldError("deliveries", "or state is needed: name one of the two.")]
            )
        if ids is None:
            return self.outbox.replay_parked(hook.id, hook.host)
        return self.outbox.replay(hook.id, hook.host, ids)


def _is_seen_by(connection: Connection, only: str | None, hook: Subscription) -> bool:
    if only is not None and hook.owner not in (None, only):
        return False
    return not connection.is_narrowed or hook.shop in connection.shops
