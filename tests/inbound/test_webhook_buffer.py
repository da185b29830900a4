from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock

import pytest
from sqlalchemy import func, select

from connector.connections.connections import OPERATOR
from connector.feed import Feed
from connector.feed.hints.hints import MOMENT
from connector.inbound import Inbox, Inboxes, WebhookBuffer, read_payload
from connector.inbound.webhook_buffer import MOST_UNKNOWN, OTHERS, WEBHOOK_PATIENCE
from connector.store import Store, StoreUnavailable
from connector.store.patience import left
from connector.store.tables import hint
from connector.store.waiting import LOCK_WAIT
from tests.feed.conftest import BASELINE, FRESHNESS
from tests.processes import SHOPS

INBOX = Inbox(OPERATOR, SHOPS[0])


@pytest.fixture
def webhook_buffer(each_store, vault, budget, upstream, clock):
    feed = Feed.open(
        each_store, vault, budget, upstream, freshness=FRESHNESS, baseline=BASELINE, clock=clock
    )
    yield WebhookBuffer(each_store, feed, clock)
    feed.close()


def hints(store: Store) -> int:
    with store.read() as database:
        return int(database.execute(select(func.count()).select_from(hint)).scalar_one())


def test_a_thousand_at_once_are_all_kept_and_counted(webhook_buffer, each_store):
    payloads = [read_payload({"eventName": "RMA_CREATED", "rmaId": n % 50}) for n in range(1000)]
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(lambda payload: webhook_buffer.post(INBOX, payload), payloads))
    assert hints(each_store) == 50
    assert [(each.event_name, each.count) for each in webhook_buffer.counts(INBOX)] == [
        ("RMA_CREATED", 1000)
    ]


def test_who_posts_waits_seconds_for_a_locked_database(webhook_buffer, each_store, monkeypatch):
    """Each that waits holds a thread: as long as others wait, polls would find none."""
    waits = []

    def write():
        waits.append(left(LOCK_WAIT))
        raise StoreUnavailable("locked")

    monkeypatch.setattr(each_store, "write", write)
    with pytest.raises(StoreUnavailable):
        webhook_buffer.post(INBOX, read_payload({"eventName": "RMA_CREATED", "rmaId": 5}))
    assert waits == [pytest.approx(WEBHOOK_PATIENCE, abs=0.5)]


def test_unknown_names_are_kept_and_counted_but_not_without_end(webhook_buffer):
    for number in range(MOST_UNKNOWN + 20):
        webhook_buffer.post(INBOX, read_payload({"eventName": f"NEWS_{number}"}))
    webhook_buffer.post(INBOX, read_payload({"eventName": "NEWS_5"}))
    webhook_buffer.post(INBOX, read_payload({"eventName": "RMA_CREATED"}))
    counts = {each.event_name: each.count for each in webhook_buffer.counts(INBOX)}
    assert len(counts) == MOST_UNKNOWN + 2
    assert counts["NEWS_5"] == 2
    assert counts[OTHERS] == 20
    assert counts["RMA_CREATED"] == 1


def test_shops_are_kept_apart(webhook_buffer):
    other = Inbox(OPERATOR, SHOPS[1])
    webhook_buffer.post(INBOX, read_payload({"eventName": "RMA_CREATED"}))
    assert webhook_buffer.counts(other) == []


def test_all_who_wait_hear_of_a_database_that_does_not_answer(
    webhook_buffer, each_store, monkeypatch
):
    def refuse():
        raise StoreUnavailable("it is full")

    monkeypatch.setattr(each_store, "write", refuse)
    with ThreadPoolExecutor(8) as pool:
        posts = [
            pool.submit(webhook_buffer.post, INBOX, read_payload({"eventName": "RMA_CREATED"}))
            for _ in range(40)
        ]
    assert all(isinstance(post.exception(), StoreUnavailable) for post in posts)
    monkeypatch.undo()
    webhook_buffer.post(INBOX, read_payload({"eventName": "RMA_CREATED"}))
    assert [each.count for each in webhook_buffer.counts(INBOX)] == [1]


def test_an_address_is_made_once_and_found_by_its_secret_alone(each_store, vault):
    inboxes = Inboxes(each_store, vault)
    secret = inboxes.secret(OPERATOR, SHOPS[0])
    assert len(secret) >= 43  # 32 random bytes
    assert inboxes.secret(OPERATOR, SHOPS[0]) == secret
    assert inboxes.secret(OPERATOR, SHOPS[1]) != secret
    assert inboxes.find(secret) == Inbox(OPERATOR, SHOPS[0])
    assert inboxes.find(secret[:-1]) is None
    assert inboxes.find("") is None
    assert inboxes.find("\ud800") is None


def test_a_flood_at_one_address_asks_once_whose_it_is(store, vault, monkeypatch):
    inboxes = Inboxes(store, vault)
    secret = inboxes.secret(OPERATOR, SHOPS[0])
    found = inboxes.find(secret)
    monkeypatch.setattr(store, "read", Mock(side_effect=StoreUnavailable("busy")))
    assert inboxes.find(secret) == found
    with pytest.raises(StoreUnavailable):
        inboxes.find(f"{secret}x")


def test_the_secret_stands_nowhere_readable(store, vault, tmp_path):
    secret = Inboxes(store, vault).secret(OPERATOR, SHOPS[0])
    store.close()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.encode() not in written


def test_a_hint_is_due_a_moment_later(webhook_buffer, each_store, clock):
    webhook_buffer.post(INBOX, read_payload({"eventName": "RMA_CREATED", "rmaId": 5}))
    with each_store.read() as database:
        assert database.execute(select(hint.c.due_at)).scalar_one() == clock.now() + MOMENT
