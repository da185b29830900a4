"""Looking for what needs attention, and telling the operator's address of it."""

from typing import Any

import structlog

from connector.alarms.message import body, message_id
from connector.alarms.register import BRIDGE, Key, Register, Trouble
from connector.bridge import Bridge
from connector.delivery import Reply, Sender, TargetRules, signed_headers
from connector.delivery.queue.schedule import next_try
from connector.doctor import CheckState, glance
from connector.presence import WORKER, Presence

ALARM_EVERY = 30.0  # seconds: it writes

OPERATORS_OWN = TargetRules(allow_local=True, allow_internal=True)
"""Who sets the bridge up vouches for the address: it may be inside, and on any port."""

log = structlog.get_logger()


class Alarms:
    """Tells `url` what needs attention: once as it begins, once when it is over.

    Workers on one database tell it once among them. An answer other than 2xx, or none, is tried
    again as a hook's is, for two days, under the same `webhook-id`; a warning says so.
    """

    def __init__(self, bridge: Bridge, url: str, secret: str, sender: Sender | None = None) -> None:
        self._bridge = bridge
        self._url = url
        self._secret = secret
        self._clock = bridge.clock
        self._sender = sender or Sender(OPERATORS_OWN, clock=bridge.clock)
        self._register = Register(bridge.store, bridge.clock)
        self._presence = Presence(bridge.store, WORKER, bridge.clock)

    @classmethod
    def of(cls, bridge: Bridge) -> "Alarms | None":
        """Return what tells of a bridge's alarms; None where ALARM_URL is not set."""
        url, secret = bridge.settings.alarm_url, bridge.settings.alarm_secret
        return None if url is None or secret is None else cls(bridge, url, secret)

    def turn(self) -> None:
        """Look what needs attention, and tell what is to be told. Raises StoreUnavailable."""
        # who looks is at work: a worker that has only just started is not missing
        self._presence.note()
        self._look()
        for row in self._register.claim():
            reply = self._send(message_id(row), body(row))
            self._settle(row, reply)

    def _look(self) -> None:
        on: dict[Key, Trouble] = {}
        unknown: set[tuple[str, str]] = set()
        for each in glance(self._bridge):
            whose = BRIDGE if each.connection is None else each.connection.id
            label = None if each.connection is None else each.connection.label
            check = each.check
            if check.state is CheckState.NOT_SEEN:
                unknown.add((whose, check.name))
            elif check.state is CheckState.TO_MEND:
                on[whose, check.name, check.about] = Trouble(label, check.seen, check.mend)
        self._register.note(on, unknown)

    def _send(self, message: str, content: bytes) -> Reply:
        headers = signed_headers(message, self._clock.now(), content, [self._secret])
        return self._sender.send(self._url, content, headers)

    def _settle(self, row: dict[str, Any], reply: Reply) -> None:
        name, tries = row["name"], row["tries"]
        is_over = row["over_at"] is not None
        if reply.failure is None:
            self._register.told(row)
            log.info("alarm.told", alarm=name, over=is_over, tries=tries)
            return
        began = row["begun_at"] if row["over_at"] is None else row["over_at"]
        again = next_try(tries, began, self._clock.now(), reply.retry_after)
        if again is None:
            self._register.told(row)
        else:
            self._register.put_off(row, again)
        log.warning(
            "alarm.given_up" if again is None else "alarm.not_told",
            alarm=name,
            over=is_over,
            tries=tries,
            status=reply.status,
            failure=reply.failure,
        )
