"""What a hook brings may be read and written anew by JavaScript: its signature is still right."""

import subprocess
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from standardwebhooks import Webhook

import app as root
from connector.blocks import to_json
from connector.delivery import new_secret, signed_headers
from tests.node_tools import NODE
from tests.tools import path_of

ODD_TEXTS = (
    "für die Größe – 返品 🎁",
    'a "quote", a \\ and a / and </script>',
    "\b\f\n\r\t\0\x1b\x1f\x7f\x80",
    "two \u2028 separators \u2029 of JavaScript",
    "half \ud83c a character",
    "1e400 -0 12.50",
)


def written_anew(bodies: list[bytes]) -> list[bytes]:
    """Have node parse each body and write it by JSON.stringify."""
    done = subprocess.run(
        [path_of("node"), str(NODE / "written_anew.js")],
        input=b"\n".join(bodies),
        capture_output=True,
        check=True,
    )
    return done.stdout.split(b"\n")


def test_every_triggers_event_gives_the_same_bytes_and_verifies():
    secret, now = new_secret(), datetime.now(UTC)
    bodies = [to_json(trigger.sample()) for trigger in root.CATALOGUE.triggers.values()]
    anew = written_anew(bodies)
    assert anew == bodies
    for body, again in zip(bodies, anew, strict=True):
        headers = signed_headers("msg_1", now, body, [secret])
        assert Webhook(secret).verify(again, headers)


def test_any_text_gives_the_same_bytes():
    bodies = [to_json({"note": each, each: [each]}) for each in ODD_TEXTS]
    assert written_anew(bodies) == bodies


def test_money_is_text_and_stays_as_it_is():
    """Only `raw` has ReturnGO's own numbers, and no hook carries it."""
    shown: dict[str, Any] = {"amount": "12.50", "raw": {"amount": Decimal("12.50")}}
    assert to_json(shown) == b'{"amount":"12.50","raw":{"amount":12.50}}'
    assert written_anew([to_json(shown)]) == [b'{"amount":"12.50","raw":{"amount":12.5}}']
