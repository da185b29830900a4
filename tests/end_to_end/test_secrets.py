from pathlib import Path

from tests.processes import TOKEN, Sandbox, running_bridge

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
