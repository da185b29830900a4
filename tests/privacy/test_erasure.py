import pytest
from sqlalchemy import select, update

import app
from connector.feed import About, Hint
from connector.privacy import Customer, Erasure
from connector.store import Store, Vault, place
from connector.store.tables import event, metadata, stream
from tests.feed.returngo import DEMO
from tests.hook_rows import put_delivery, put_hook
from tests.privacy.conftest import ANN, BEN, HOUR, Look, Returned

DAY = 24 * HOUR


@pytest.fixture
def forget(customer: Customer, erasure: Erasure):
    def forget_(email: str):
        return erasure.run(customer.by_email(email))

    return forget_


def of(shown, rma_id: str) -> list[str]:
    return [
        each["id"] for objects in shown.values() for each in objects if each["rma_id"] == rma_id
    ]


def kept_texts(store: Store, vault: Vault) -> str:
    """Open all that is sealed, and read all that is not."""
    texts = []
    with store.read() as database:
        for table in metadata.sorted_tables:
            for row in database.execute(select(table)).mappings():
                where = [row[each.name] for each in table.primary_key.columns]
                for column in table.columns:
                    value = row[column.name]
                    is_sealed = isinstance(value, bytes)
                    at = place(column, *where)
                    texts.append(vault.text(value, at).decode() if is_sealed else str(value))
    return " ".join(texts)


def test_nothing_of_a_customer_is_left_and_others_keep_theirs(
    look: Look, returned: Returned, forget, store, vault
):
    look()
    gone, stays = returned(ANN), returned(BEN)
    before = look()
    assert of(before, gone)
    assert ANN in kept_texts(store, vault)
    erased = forget(ANN)
    assert erased.events >= len(of(before, gone))
    after = look()
    assert of(after, gone) == []
    assert of(after, stays) == of(before, stays)
    assert ANN not in kept_texts(store, vault)
    assert BEN in kept_texts(store, vault)


def test_what_returngo_shows_again_stays_forgotten(look, returned, forget, control, store, vault):
    look()
    rma_id = returned(ANN)
    look()
    forget(ANN)
    changes: list[tuple[str, dict[str, str]]] = [
        (f"rmas/{rma_id}/reopen", {}),
        (f"rmas/{rma_id}/comments", {"text": "<p>Hello</p>"}),
        ("transactions", {"shop": DEMO, "rma_id": rma_id}),
        (f"rmas/{rma_id}/status", {"status": "Approved"}),
    ]
    for path, options in changes:
        control(path, **options)
        assert of(look(), rma_id) == []
    assert ANN not in kept_texts(store, vault)


def test_a_webhook_about_what_is_forgotten_brings_nothing_back(
    look, returned, forget, control, feed, connection, store, vault, clock
):
    look()
    rma_id = returned(ANN)
    look()
    forget(ANN)
    control("transactions", shop=DEMO, rma_id=rma_id)
    with store.write() as database:
        feed.hear(database, connection.id, DEMO, [Hint(About.RMA, rma_id)])
    clock.advance(HOUR)
    feed.follow_up(lambda _: connection)
    assert of(look(), rma_id) == []
    assert ANN not in kept_texts(store, vault)


def test_a_backfill_brings_nothing_back(
    look, returned, forget, feed, connection, store, vault, clock
):
    look()
    rma_id = returned(ANN)
    look()
    forget(ANN)
    for _ in feed.backfill(connection, DEMO, clock.now() - DAY, emits=True):
        pass
    assert of(look(), rma_id) == []
    assert ANN not in kept_texts(store, vault)


def test_a_new_return_of_the_same_customer_is_told(look, returned, forget):
    look()
    returned(ANN)
    look()
    forget(ANN)
    again = returned(ANN)
    assert of(look(), again)


def test_what_is_on_its_way_is_not_sent(look, returned, forget, store, connection, clock):
    look()
    returned(ANN)
    look()
    with store.write() as database:
        put_hook(database, connection.id, clock.now(), since=0)
        for row in database.execute(select(event.c.id, event.c.seq)).all():
            put_delivery(database, row.id, row.seq, clock.now())
    erased = forget(ANN)
    assert erased.deliveries == erased.events > 0


def test_it_waits_until_the_shop_is_not_being_read(look, returned, forget, store, clock):
    look()
    returned(ANN)
    look()
    with store.write() as database:
        database.execute(update(stream).values(lease_until=clock.now() + HOUR / 60))
    began = clock.now()
    forget(ANN)
    assert clock.now() >= began + HOUR / 60


def test_who_stands_at_what_is_forgotten_goes_on(look, returned, forget, poll):
    look()
    rma_id = returned(ANN)
    look()
    (stands,) = [each["id"] for each in look()["new_rma"] if each["rma_id"] == rma_id]
    forget(ANN)
    new = returned(BEN)
    look()
    trigger = app.CATALOGUE.triggers["new_rma"]
    assert [each["rma_id"] for each in poll(trigger, after=stands).objects] == [new]


def test_erasing_again_erases_nothing(look, returned, forget):
    look()
    returned(ANN)
    look()
    forget(ANN)
    assert forget(ANN).things == 0
