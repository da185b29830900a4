from connector.returngo import ReturnGO
from tests.conftest import Control
from tests.triggers.conftest import Poll


def test_each_update_of_a_transaction_is_shown_once(
    control: Control, poll: Poll, returngo: ReturnGO
) -> None:
    transaction_id = str(control("transactions")["id"])
    assert poll("transaction_updated") == []
    returngo.update_transaction(transaction_id, {"status": "Pending"})
    (pending,) = poll("transaction_updated")
    returngo.update_transaction(transaction_id, {"status": "Success"})
    success, before = poll("transaction_updated")
    assert before == pending
    assert (pending["status"], success["status"]) == ("Pending", "Success")
    assert pending["id"] != success["id"]
    assert success["id"].startswith(f"transaction:{transaction_id}:updated:")


def test_an_update_that_leaves_the_status_is_shown(
    control: Control, poll: Poll, returngo: ReturnGO
) -> None:
    transaction_id = str(control("transactions", status="Pending")["id"])
    poll("transaction_updated")
    returngo.update_transaction(
        transaction_id, {"status": "Pending", "externalReferenceId": "pay_1"}
    )
    (shown,) = poll("transaction_updated")
    assert (shown["status"], shown["external_reference_id"]) == ("Pending", "pay_1")


def test_what_was_made_and_changed_between_two_looks_was_updated(
    control: Control, poll: Poll, returngo: ReturnGO
) -> None:
    transaction_id = str(control("transactions")["id"])
    control("clock", advance=5)
    returngo.update_transaction(transaction_id, {"status": "Success"})
    assert [each["status"] for each in poll("transaction_updated")] == ["Success"]
    assert [each["status"] for each in poll("new_transaction")] == ["Success"]


def test_a_status_is_a_filter(control: Control, poll: Poll, returngo: ReturnGO) -> None:
    transaction_id = str(control("transactions")["id"])
    for status in ("Pending", "Success"):
        poll("transaction_updated")
        returngo.update_transaction(transaction_id, {"status": status})
    assert [each["status"] for each in poll("transaction_updated", status="success")] == ["Success"]
