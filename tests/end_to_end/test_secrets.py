import re
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import requests

from tests.end_to_end.hook_receiver import receiving
from tests.end_to_end.waiting import eventually
from tests.processes import (
    CALL,
    SHOPS,
    TOKEN,
    Bridge,
    Sandbox,
    command,
    running_bridge,
    running_worker,
)

SECRET_KEY = "a secret that nobody may ever read"
OWN_KEY = "demo-key"
EMAIL = "very.particular.person@example.com"
COMMENT = "a very particular remark"
REQUEST = "a very particular body"


def test_no_secret_and_no_customer_stands_in_logs_errors_or_the_database(
    real_sandbox: Sandbox, tmp_path: Path
):
    made = real_sandbox.control("rmas", {"customer_email": EMAIL, "status": "Approved"})
    rma_id = str(made["rmaSummary"]["rmaId"])
    refund_id = str(real_sandbox.control("transactions", {"bank_account": True})["id"])
    iban = real_sandbox.transaction(refund_id)["bankAccountDetails"]["iban"]
    database = tmp_path / "bridge.sqlite3"
    with running_bridge(
        real_sandbox.url,
        f"sqlite:///{database}",
        SECRET_KEY=SECRET_KEY,
        ALLOW_RETURNGO_KEYS="true",
    ) as bridge:
        bridge.poll("new_rma")
        wrong = "not-the-token-but-a-guess"
        own = {"x-api-key": OWN_KEY, "x-shop-name": "demo.myshopify.com", "Authorization": ""}
        errors = [
            bridge.call("GET", "/v1/me", headers={"Authorization": f"Bearer {wrong}"}),
            bridge.call("GET", "/v1/triggers/new_rma", headers={**own, "x-api-key": "no-such-key"}),
            bridge.call("GET", "/v1/triggers/new_rma", headers={**own, "x-shop-name": "x.example"}),
            bridge.act("update_rma_status", {"rma_id": "0", "status": "Done"}),
        ]
        bridge.call("GET", "/v1/triggers/new_rma", headers=own)
        keyed = {"Idempotency-Key": "once"}
        comment = {"rma_id": rma_id, "text": COMMENT}
        assert bridge.act("add_rma_comment", comment, **keyed).status_code == 200
        request = {"method": "POST", "path": f"/rma/{rma_id}/comment"}
        said = {**request, "body": {"htmlText": REQUEST}}
        assert bridge.act("api_request", said, **{"Idempotency-Key": "again"}).status_code == 200
        assert REQUEST not in bridge.act("api_request", {**said, "body": {"no": REQUEST}}).text
        assert iban in str(bridge.poll("refund_requested", limit="1000", raw="true"))
        bridge.poll("rma_comment_added", raw="true")
        for choice in ("open_rmas", "requested_refunds"):
            assert bridge.call("GET", f"/v1/choices/{choice}").status_code == 200
    log = "".join(bridge.log)
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert [error.status_code for error in errors] == [401, 401, 403, 404]
    assert '"event": "returngo.call"' in log
    assert len(written) > 10_000
    for secret in (TOKEN, SECRET_KEY, OWN_KEY, wrong, "no-such-key"):
        assert secret not in log
        assert secret not in "".join(error.text for error in errors)
        assert secret.encode() not in written
    for private in (EMAIL, COMMENT, REQUEST, iban):
        assert private not in log
        assert private not in "".join(error.text for error in errors)
        assert private.encode() not in written


def said(sandbox: Sandbox, path: str, shop: str, **query: str) -> requests.Response:
    """Ask ReturnGO itself."""
    headers = {"x-api-key": OWN_KEY, "x-shop-name": shop}
    return requests.get(f"{sandbox.url}{path}", params=query, headers=headers, timeout=CALL)


def seeded(sandbox: Sandbox) -> set[str]:
    """Read every customer's address and every account from ReturnGO, of all shops."""
    sandbox.control("limits", {"second": 10_000})
    found: set[str] = set()
    for shop in SHOPS:
        rmas = said(sandbox, "/rmas", shop, pagesize="500").json()["rmas"]
        texts = [
            said(sandbox, "/transactions", shop, pagesize="500").text,
            *(said(sandbox, f"/rma/{row['rmaId']}", shop).text for row in rmas),
        ]
        found.update(*(re.findall(r"DE00\d{18}|[\w.+-]+@example\.com", each) for each in texts))
    return found - {"returns@example.com"}


def test_nothing_that_is_seeded_is_readable_in_what_any_process_writes(
    real_sandbox: Sandbox, tmp_path: Path
):
    """Bridge, worker and commands take in history, send hooks and register webhooks."""
    real_sandbox.control("transactions", {"bank_account": True, "count": 20})
    private = seeded(real_sandbox)
    assert len([each for each in private if each.startswith("DE00")]) >= 20
    assert len(private) > 100
    url = f"sqlite:///{tmp_path / 'bridge.sqlite3'}"
    secret_key = {"SECRET_KEY": SECRET_KEY}
    with (
        receiving() as receiver,
        running_bridge(real_sandbox.url, url, **secret_key) as bridge,
        running_worker(real_sandbox.url, url, **secret_key) as worker,
    ):
        body = {"trigger": "refund_requested", "target_url": receiver.url("planted-path")}
        hook = bridge.call("POST", "/v1/hooks", json=body).json()
        run = partial(command, real_sandbox.url, url, PUBLIC_URL=bridge.url, **secret_key)
        since = f"{datetime.now(UTC) - timedelta(days=10):%Y-%m-%d}"
        commands = [run("webhooks", "register"), run("backfill", "--since", since, "--emit")]
        inbox = said(real_sandbox, "/webhooks", SHOPS[0]).json()[0]["url"].rpartition("/")[2]
        refund = real_sandbox.control("transactions", {"bank_account": True})
        eventually(lambda: receiver.received)
        private.add(real_sandbox.transaction(refund["id"])["bankAccountDetails"]["iban"])
        shown = eventually(partial(history, bridge))
    printed = "".join([*bridge.log, *worker.log, *(done.stdout + done.stderr for done in commands)])
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert [done.returncode for done in commands] == [0, 0]
    assert sum(each in shown for each in private) > 30, "there was something to keep"
    for secret in (TOKEN, SECRET_KEY, OWN_KEY, hook["secret"], inbox, "planted-path", *private):
        assert secret not in printed
        assert secret.encode() not in written


def history(bridge: Bridge) -> str:
    """Poll what has customers and accounts, whole."""
    answers: list[Any] = [
        bridge.call("GET", f"/v1/triggers/{trigger}", params={"limit": "1000", "raw": "true"})
        for trigger in ("new_rma", "refund_requested", "transaction_updated")
    ]
    is_read = {answer.status_code for answer in answers} == {200}
    return "".join(answer.text for answer in answers) if is_read else ""
