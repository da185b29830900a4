#!/usr/bin/env bash
# standardwebhooks 1.1.0 (Python): sign() takes an aware time, and ignores its zone.
#
# 12:00 UTC and 14:00+02:00 are one instant. The reference library signs them as two: it puts UTC in place of whatever
# zone the datetime has. The header webhook-timestamp that the sender writes from the same datetime says the right
# instant, so that every receiver refuses the signature. A sender must convert to UTC before it calls.
#
# Seen: two signatures for one instant; verify() takes the one that was made from UTC only.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check standardwebhooks==1.1.0
"$folder/venv/bin/python" - <<'PY'
import base64
from datetime import datetime, timedelta, timezone

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

hook = Webhook("whsec_" + base64.b64encode(b"a key only for this script, 32 B").decode())
utc = datetime.now(timezone.utc).replace(microsecond=0)
elsewhere = utc.astimezone(timezone(timedelta(hours=2)))
assert utc == elsewhere
accepted = {}
for name, at in (("UTC", utc), ("+02:00", elsewhere)):
    signature = hook.sign("msg_1", at, "{}")
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }
    try:
        hook.verify("{}", headers)
        accepted[name] = True
    except WebhookVerificationError:
        accepted[name] = False
    print(name, signature, "accepted" if accepted[name] else "refused")
assert accepted == {"UTC": True, "+02:00": False}, "the zone counts now"
PY
