import simplejson

from connector.privacy import Customer
from connector.store import Store, Vault
from tests.conftest import Control
from tests.privacy.conftest import ANN, BEN, Look, Returned


def named(things) -> list[tuple[str, str]]:
    return [(str(each.resource), each.resource_id) for each in things]


def test_a_customer_is_found_by_the_address_of_a_parcel(
    look: Look, returned: Returned, customer: Customer
):
    look()
    rma_id = returned(ANN)
    other = returned(BEN)
    shown = look()
    (money,) = [
        each["transaction_id"] for each in shown["new_transaction"] if each["rma_id"] == rma_id
    ]
    assert named(customer.by_email(" Ann@Example.com ")) == [
        ("rmas", rma_id),
        ("transactions", money),
    ]
    assert ("rmas", other) in named(customer.by_email(BEN))


def test_an_address_within_another_is_another(look, returned, customer):
    look()
    for address in ("joann@example.com", "x.ann@example.com", "ann@example.com.example.org"):
        returned(address)
    look()
    assert customer.by_email(ANN) == []


def test_an_address_in_a_comment_is_found(look, returned, customer, control: Control):
    look()
    rma_id = returned(BEN, status="Approved")
    control(f"rmas/{rma_id}/comments", text=f"<p>Please write to {ANN}.</p>")
    look()
    assert ("rmas", rma_id) in named(customer.by_email(ANN))


def test_what_was_sealed_by_an_older_key_is_found(look, returned, store: Store):
    look()
    rma_id = returned(ANN)
    look()
    rotated = Vault(["a new secret for tests", "a secret only for tests"])
    assert ("rmas", rma_id) in named(Customer(store, rotated).by_email(ANN))


def test_much_is_looked_through_some_at_a_time(look, returned, customer, monkeypatch):
    monkeypatch.setattr("connector.privacy.customer.AT_ONCE", 2)
    look()
    ids = [returned(ANN) for _ in range(3)]
    look()
    found = [each for kind, each in named(customer.by_email(ANN)) if kind == "rmas"]
    assert found == sorted(ids)


def test_all_that_is_kept_is_handed_over(look, returned, customer):
    look()
    returned(ANN)
    returned(BEN)
    shown = look()
    documents = [*customer.documents(customer.by_email(ANN))]
    events = {each["event"] for each in documents if "event" in each}
    mine = {
        each["id"]
        for objects in shown.values()
        for each in objects
        if ANN in simplejson.dumps(each)
    }
    assert mine
    assert mine <= events
    text = simplejson.dumps(documents, use_decimal=True)
    assert ANN in text
    assert BEN not in text


def test_a_customer_is_found_by_returns_that_returngo_names(look, returned, customer, connection):
    look()
    rma_id = returned(ANN)
    look()
    by_id = customer.by_rmas(connection.id, "demo.myshopify.com", [rma_id, "77"])
    assert [each for each in named(by_id) if each != ("rmas", "77")] == named(
        customer.by_email(ANN)
    )
