import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from connector.delivery import new_secret, signed_headers

BODY = '{"id":"1","note":"für die Größe"}'.encode()


def test_a_secret_is_32_random_bytes():
    first, second = new_secret(), new_secret()

    assert first != second
    assert first.startswith("whsec_")
    assert len(base64.b64decode(first.removeprefix("whsec_"), validate=True)) == 32


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=30))])
def test_the_package_of_the_specification_verifies_it(zone: timezone):
    secret, now = new_secret(), datetime.now(zone)
    headers = signed_headers("msg_1", now, BODY, [secret])

    assert Webhook(secret).verify(BODY, headers) == {"id": "1", "note": "für die Größe"}
    assert headers["webhook-id"] == "msg_1"
    assert headers["webhook-timestamp"] == str(int(now.timestamp()))


def test_in_an_overlap_either_secret_verifies_and_no_other():
    old, new, foreign = new_secret(), new_secret(), new_secret()
    headers = signed_headers("msg_1", datetime.now(UTC), BODY, [new, old])

    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        assert Webhook(secret).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(foreign).verify(BODY, headers)


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "body"])
def test_what_was_changed_on_the_way_fails(changed: str):
    secret, now = new_secret(), datetime.now(UTC)
    headers = signed_headers("msg_1", now, BODY, [secret])
    other = signed_headers("msg_2", now - timedelta(seconds=9), BODY, [secret])
    body = BODY + b" " if changed == "body" else BODY
    if changed != "body":
        headers[changed] = other[changed]

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)
