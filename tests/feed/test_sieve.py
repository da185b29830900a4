"""A sieve lets through what gone through one by one would pass, and opens nothing else for it."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import app
from connector.blocks import Kind, Trigger
from connector.feed.log import facets
from connector.feed.log import sieve as sieve_module
from connector.feed.log.reader import Log
from connector.feed.log.sieve import BATCH, SPARE, Sieves
from connector.store import Store, StoreUnavailable, Vault, place
from connector.store.tables import event, facet, sieve, snapshot, stream
from tests.stand_ins import NOON, AtOnce
from triggers.new_transaction import block as new_transaction
from triggers.refund_requested import block as refund_requested
from triggers.rma_approved import block as rma_approved

SECRETS = ["a secret only for tests"]
TYPES = ("RefundToPaymentMethod", "RefundToGiftCard", "InvoicePayment")
PROCESSORS = ("shopify", "Loop", None)
STATUSES = ("Requested", "Success")
KINDS = (Kind.TRANSACTION_CREATED, Kind.TRANSACTION_STATUS_CHANGED)
NOBODY = {"processor": "nobody"}


class Never(Executor):
    """Counts what it is to do, and does nothing of it."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def submit(self, function: Callable[..., Any], /, *words: Any, **named: Any) -> Future[Any]:
        self.asked.append((function, words, named))
        return Future()


class Shops:
    """Two streams, and transactions that are recorded in either, whatever ReturnGO says."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self.store, self.vault = store, vault
        self.seq = 0
        with store.write() as database:
            self.streams = [self._stream(database, shop) for shop in ("demo", "outlet")]

    def _stream(self, database: Any, shop: str) -> int:
        made = database.execute(
            stream.insert()
            .values(
                connection="operator",
                key_id="key",
                shop=f"{shop}.example.com",
                resource="transactions",
                baseline_from=NOON,
                since=NOON,
                asked_at=NOON,
                failures=0,
            )
            .returning(stream.c.id)
        )
        return int(made.scalar_one())

    def record(self, *transactions: Mapping[str, Any], of: int = 0, kind: Kind = KINDS[0]) -> None:
        """Record an event of each transaction, in its order."""
        with self.store.write() as database:
            for each in transactions:
                self.seq += 1
                body = {"id": self.seq, "status": "Requested", "type": TYPES[0], **each}
                snapshot_id = self.store.next_id(database, snapshot)
                sealed = self.vault.seal(body, place(snapshot.c.body, snapshot_id))
                database.execute(snapshot.insert().values(id=snapshot_id, body=sealed))
                database.execute(
                    event.insert().values(
                        stream_id=self.streams[of],
                        key=f"transaction:{self.seq}",
                        kind=kind,
                        resource_id=str(self.seq),
                        status=body["status"],
                        occurred_at=NOON,
                        found_at=NOON,
                        recorded_at=NOON + timedelta(seconds=self.seq),
                        seq=self.seq,
                        snapshot_id=snapshot_id,
                    )
                )


@pytest.fixture
def shops(each_store: Store) -> Shops:
    return Shops(each_store, Vault(SECRETS))


@pytest.fixture
def sieves(each_store: Store) -> Iterator[Sieves]:
    sieves = Sieves(each_store, Vault(SECRETS), pool=AtOnce())
    yield sieves
    sieves.close()


def passing(
    log: Log, trigger: Trigger, streams: list[int], filters: dict[str, Any], **edge: int
) -> list[int]:
    """Return the places of the events that pass, in the order in which they are shown."""
    go = log.oldest_first if "after" in edge else log.newest_first
    entries = go(trigger, streams, filters, **edge)
    return [each.seq for each in entries if trigger.admits(trigger.show_event(each.event), filters)]


def test_a_filter_that_fits_nothing_opens_nothing_of_what_was_looked_through(shops, sieves, opened):
    shops.record(*[{"processor": "shopify"}] * (BATCH + 1))
    sieves.look_through(new_transaction, shops.streams[0])
    opened.clear()
    log = Log(shops.store, shops.vault, sieves)
    assert passing(log, new_transaction, shops.streams, NOBODY) == []
    assert opened == []


def test_only_what_fits_is_opened_and_what_came_since(shops, sieves, opened):
    shops.record(*[{"processor": "shopify"}] * 30, {"processor": "Loop"})
    sieves.look_through(new_transaction, shops.streams[0])
    shops.record({"processor": "shopify"}, {"processor": "LOOP"})
    opened.clear()
    log = Log(shops.store, shops.vault, sieves)
    assert passing(log, new_transaction, shops.streams, {"processor": "loop"}) == [33, 31]
    assert len(opened) == 3


def test_several_filters_have_to_fit_at_once(shops, sieves, opened):
    shops.record(
        {"processor": "Loop", "type": TYPES[0]},
        {"processor": "shopify", "type": TYPES[1]},
        {"processor": "Loop", "type": TYPES[1]},
    )
    sieves.look_through(new_transaction, shops.streams[0])
    opened.clear()
    log = Log(shops.store, shops.vault, sieves)
    filters = {"processor": "Loop", "type": TYPES[1]}
    assert passing(log, new_transaction, shops.streams, filters) == [3]
    assert len(opened) == 1


def test_an_event_that_several_of_the_wanted_words_find_passes_once(shops, sieves, opened):
    order = {"status": "Approved", "orderDetails": {"order_name": "1001"}}
    both = {**order, "items": [{"resolutionType": each} for each in TYPES[:2]]}
    one = {**order, "items": [{"resolutionType": TYPES[1]}]}
    shops.record(both, one, {"status": "Approved"}, kind=Kind.RMA_STATUS_CHANGED)
    sieves.look_through(rma_approved, shops.streams[0])
    opened.clear()
    log = Log(shops.store, shops.vault, sieves)
    filters = {"resolution_type": ",".join(TYPES[:2])}
    assert passing(log, rma_approved, shops.streams, filters) == [2, 1]
    assert len(opened) == 2
    # the rarer filter is gone through, and the event has two of the other's words
    assert passing(log, rma_approved, shops.streams, {**filters, "order_name": "#1001"}) == [2, 1]
    filters["return_method"] = "by hand,by foot"
    assert passing(log, rma_approved, shops.streams, filters) == []


@pytest.mark.parametrize("rare", [{"processor": "Loop"}, {"type": TYPES[1]}])
def test_the_events_of_the_rarest_facet_are_gone_through(shops, sieves, rare):
    """Of two filters, one lets nearly all events of years through."""
    common = {"processor": "shopify", "type": TYPES[0]}
    shops.record(*[common] * 20, {**common, **rare}, of=1)
    for stream_id in shops.streams:
        sieves.look_through(new_transaction, stream_id)
    alone = sieves.sift(new_transaction, shops.streams, rare)
    both = sieves.sift(new_transaction, shops.streams, {**common, **rare})
    assert both.given["digest_0_0"] == alone.given["digest_0_0"]


def test_a_trigger_that_takes_only_some_events_opens_no_others(shops, sieves, opened):
    kind = refund_requested.takes
    shops.record(*[{"type": "InvoicePayment"}] * 30, {"type": TYPES[0]}, kind=kind)
    sieves.look_through(refund_requested, shops.streams[0])
    opened.clear()
    log = Log(shops.store, shops.vault, sieves)
    assert passing(log, refund_requested, shops.streams, {}) == [31]
    assert len(opened) == 1


def test_a_trigger_that_takes_all_is_read_without_a_sieve(shops, sieves):
    assert sieves.sift(new_transaction, shops.streams, {}) is None


def test_more_streams_than_a_statement_can_merge_are_gone_through_one_by_one(
    shops, sieves, monkeypatch
):
    monkeypatch.setattr(facets, "MOST_RANGES", 3)
    shops.record({"processor": "Loop"}, {"processor": "shopify"})
    shops.record({"processor": "Loop"}, of=1)
    log = Log(shops.store, shops.vault, sieves)
    assert sieves.sift(new_transaction, shops.streams, {"processor": "Loop"}) is None
    assert passing(log, new_transaction, shops.streams, {"processor": "Loop"}) == [3, 1]


def test_a_stream_is_looked_through_when_too_much_of_it_was_gone_through(shops, each_store):
    pool = Never()
    log = Log(each_store, shops.vault, Sieves(each_store, shops.vault, pool=pool))
    shops.record(*[{}] * (SPARE - 1))
    passing(log, new_transaction, shops.streams, NOBODY)
    assert pool.asked == []
    shops.record({})
    passing(log, new_transaction, shops.streams, NOBODY)
    passing(log, new_transaction, shops.streams, NOBODY)
    assert len(pool.asked) == 1, "once, though two asked"


def test_who_asks_again_finds_it_looked_through(shops, sieves, opened):
    log = Log(shops.store, shops.vault, sieves)
    shops.record(*[{}] * SPARE)
    passing(log, new_transaction, shops.streams, NOBODY)
    opened.clear()
    passing(log, new_transaction, shops.streams, NOBODY)
    assert opened == []


def test_several_processes_that_look_through_at_once_note_each_event_once(shops, each_store):
    shops.record(*[{"processor": "Loop"}] * (BATCH * 2 + 1))
    all_ = [Sieves(each_store, shops.vault, pool=AtOnce()) for _ in range(4)]
    barrier = threading.Barrier(len(all_))

    def look_through(sieves: Sieves) -> None:
        barrier.wait()
        sieves.look_through(new_transaction, shops.streams[0])

    threads = [threading.Thread(target=look_through, args=[each]) for each in all_]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    all_[0].look_through(new_transaction, shops.streams[0])
    with each_store.read() as database:
        assert database.execute(select(sieve.c.until)).scalars().all() == [BATCH * 2 + 1]
    log = Log(each_store, shops.vault, all_[0])
    found = passing(log, new_transaction, shops.streams, {"processor": "loop"}, after=0)
    assert found == list(range(1, BATCH * 2 + 2))


def test_another_secret_key_begins_another_sieve_and_shows_the_same(shops, sieves):
    shops.record(*[{"processor": "Loop"}] * 3)
    sieves.look_through(new_transaction, shops.streams[0])
    rotated = Vault(["a new secret", *SECRETS])
    others = Sieves(shops.store, rotated, pool=AtOnce())
    log = Log(shops.store, rotated, others)
    wanted = new_transaction, shops.streams, {"processor": "loop"}
    assert passing(log, *wanted) == [3, 2, 1]
    others.look_through(new_transaction, shops.streams[0])
    assert passing(log, *wanted) == [3, 2, 1]
    with shops.store.read() as database:
        assert len(database.execute(select(sieve)).all()) == 2


def test_what_is_noted_is_read_by_nobody_without_the_key(shops, sieves, each_store):
    shops.record({"processor": "Loop"})
    sieves.look_through(new_transaction, shops.streams[0])
    with each_store.read() as database:
        noted = [*database.execute(select(facet.c.digest)).scalars()]
    others = Sieves(each_store, Vault(["another secret", *SECRETS]), pool=AtOnce())
    others.look_through(new_transaction, shops.streams[0])
    with each_store.read() as database:
        both = [*database.execute(select(facet.c.digest)).scalars()]
    assert len(noted) == 3, "its type, its status and its processor"
    assert len({*both}) == 2 * len(noted), "the same facets have other digests by another key"


@pytest.mark.parametrize("trouble", [StoreUnavailable("locked"), ValueError("odd")])
def test_trouble_in_the_background_leaves_the_answer_right(shops, sieves, monkeypatch, trouble):
    def fail(*_: Any, **__: Any) -> None:
        raise trouble

    monkeypatch.setattr(sieves, "_advance", fail)
    shops.record(*[{}] * SPARE, {"processor": "Loop"})
    log = Log(shops.store, shops.vault, sieves)
    for _ in range(2):
        assert passing(log, new_transaction, shops.streams, {"processor": "Loop"}) == [SPARE + 1]


def test_a_sieve_of_another_form_is_left_alone(shops, sieves, monkeypatch):
    shops.record({"processor": "Loop"})
    sieves.look_through(new_transaction, shops.streams[0])
    monkeypatch.setattr(sieve_module, "VERSION", "another release")
    log = Log(shops.store, shops.vault, sieves)
    assert passing(log, new_transaction, shops.streams, {"processor": "Loop"}) == [1]
    sieves.look_through(new_transaction, shops.streams[0])
    with shops.store.read() as database:
        assert len(database.execute(select(sieve)).all()) == 2


TRANSACTIONS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(TYPES),
        "processor": st.sampled_from(PROCESSORS),
        "status": st.sampled_from(STATUSES),
    }
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from([*TYPES, "invoicepayment", f"{TYPES[0]},{TYPES[1]}"]),
        "processor": st.sampled_from(["Shopify", "loop", "nobody", "loop,shopify", "loop,x"]),
    },
)
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("record"),
            st.sampled_from(KINDS),
            st.integers(0, 1),
            st.lists(TRANSACTIONS, min_size=1, max_size=8),
        ),
        st.tuples(st.just("look through"), st.booleans(), st.integers(0, 1)),
        st.tuples(
            st.just("ask"),
            st.booleans(),
            FILTERS,
            st.sampled_from(["newest", "after", "before"]),
            st.floats(0, 1),
        ),
    ),
    max_size=20,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_whatever_is_looked_through_the_same_events_pass_in_the_same_order(
    store: Store, monkeypatch: pytest.MonkeyPatch, steps: list[Any]
):
    monkeypatch.setattr(sieve_module, "BATCH", 3)
    with store.write() as database:
        for table in (facet, sieve, event, snapshot, stream):
            database.execute(table.delete())
    shops = Shops(store, Vault(SECRETS))
    sieves = Sieves(store, shops.vault, pool=AtOnce())
    plain, sifted = Log(store, shops.vault), Log(store, shops.vault, sieves)
    for step in steps:
        match step:
            case "record", kind, of, transactions:
                shops.record(*transactions, of=of, kind=kind)
            case "look through", is_refund, of:
                trigger = refund_requested if is_refund else new_transaction
                sieves.look_through(trigger, shops.streams[of])
            case "ask", is_refund, filters, way, share:
                trigger = refund_requested if is_refund else new_transaction
                asked = {name: filters[name] for name in filters if name in trigger.input().fields}
                edge = {} if way == "newest" else {way: int(shops.seq * share)}
                expected = passing(plain, trigger, shops.streams, asked, **edge)
                assert passing(sifted, trigger, shops.streams, asked, **edge) == expected


@pytest.mark.parametrize("key", app.CATALOGUE.triggers)
@given(data=st.data())
def test_an_event_has_the_facets_that_are_sought_exactly_if_it_passes(
    key: str, data: st.DataObject
):
    # whether an event is the trigger's at all is no matter of filters
    trigger = replace(app.CATALOGUE.triggers[key], only=None)
    words = st.sampled_from(
        [
            "#D1",
            "d1",
            "D1",
            "Refund",
            "refund ",
            "other",
            "D1,Refund",
            "a, D1",
            None,
            True,
            False,
            7,
        ]
    )
    shown, wanted = {}, {}
    for name, field in trigger._filters.items():
        shown[field.looks_at or name] = data.draw(st.one_of(words, st.lists(words, max_size=3)))
        if data.draw(st.booleans()):
            wanted[name] = data.draw(words.filter(lambda word: word is not None))
    passes = all(
        field.same(shown[field.looks_at or name], wanted[name])
        for name, field in trigger._filters.items()
        if name in wanted
    )
    vault = Vault(SECRETS)
    has = {vault.digest(each) for each in trigger.facets(shown)}
    assert passes == all(
        any(vault.digest(each) in has for each in any_of) for any_of in trigger.sought(wanted)
    )
