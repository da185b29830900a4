from pathlib import Path

from tests.processes import TOKEN, Sandbox, running_bridge

SECRET_KEY = "a secret that nobody may ever read"
OWN_KEY = "demo-key"
EMAIL = "very.particular.person@example.com"


def test_no_secret_and_no_customer_stands_in_logs_errors_or_the_database(
    real_sandbox: Sandbox, tmp_path: Path
):
    real_sandbox.control("rmas", {"customer_email": EMAIL, "status": "Approved"})
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
    log = "".join(bridge.log)
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert [error.status_code for error in errors] == [401, 401, 403, 404]
    assert '"event": "returngo.call"' in log
    assert len(written) > 10_000
    for secret in (TOKEN, SECRET_KEY, OWN_KEY, wrong, "no-such-key"):
        assert secret not in log
        assert secret not in "".join(error.text for error in errors)
        assert secret.encode() not in written
    assert EMAIL not in log
    assert EMAIL.encode() not in written
