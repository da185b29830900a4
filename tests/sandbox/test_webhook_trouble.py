"""Webhooks that come late, twice, not at all or are not what they seem; receivers that fail."""

import socket
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Any

import pytest

from connector.sandbox.app import create_app
from connector.sandbox.outbound import deliveries as module
from connector.sandbox.outbound import outgoing
from tests.returngo.hosts import answering
from tests.sandbox.client import OTHER, OUTLET, Caller, Time, refused
from tests.sandbox.process import running
from tests.sandbox.receiver import Receiver, deliveries, outcomes, receiving, settled, until
from tests.sandbox.test_server import ask

DEFAULTS = {"shape": "flat", "share": 1, "repeat": 1, "delay": 0, "shuffle": 0}


@pytest.fixture
def late(time: Time) -> Iterator[Caller]:
    """A sandbox whose webhooks wait by the test's time."""
    late = Caller(
        create_app(
            now=time.now,
            second_limit=10_000,
            empty=True,
            ticks=lambda: time.now().timestamp(),
        )
    )
    yield late
    late.control("reset")


@pytest.fixture
def receiver(late: Caller) -> Iterator[Receiver]:
    with receiving(late) as receiver:
        receiver.register("RMA_CREATED")
        yield receiver


def nudge(late: Caller) -> None:
    """Let the threads look at the time again."""
    late.control("webhooks/send", body={"eventName": "NUDGE"})


def returns(receiver: Receiver) -> list[int]:
    return [body["rmaId"] for body in receiver.received if body["eventName"] != "NUDGE"]


def test_options_stay_until_they_are_changed(late: Caller) -> None:
    assert late.control("webhooks") == DEFAULTS
    changes: dict[str, Any] = {"share": 0.5, "repeat": 2, "delay": 1.5, "shuffle": 3}
    late.control("webhooks", shape="nested")
    assert late.control("webhooks", **changes) == changes | {"shape": "nested"}
    assert late.control("webhooks") == changes | {"shape": "nested"}
    late.control("reset")
    assert late.control("webhooks") == DEFAULTS


@pytest.mark.parametrize(
    "option",
    [
        *({"shape": "round"}, {"share": 2}, {"repeat": 0}, {"repeat": 101}),
        *({"delay": -1}, {"shuffle": "1"}, {"times": 1}),
    ],
)
def test_a_bad_option_is_refused_and_changes_nothing(late: Caller, option: dict[str, Any]) -> None:
    assert refused(late.control_response("webhooks", **{"share": 0.5} | option)) == 400
    assert late.control("webhooks") == DEFAULTS


@pytest.mark.usefixtures("receiver")
def test_silence(late: Caller) -> None:
    late.control("webhooks", share=0)
    late.control("rmas", count=20)
    assert deliveries(late) == []
    late.control("webhooks", share=0.5)
    late.control("rmas", count=40)
    assert 5 < len(settled(late)) < 35


def test_repetition(late: Caller, receiver: Receiver) -> None:
    late.control("webhooks", repeat=3)
    late.control("rmas", count=2)
    settled(late)
    assert set(Counter(returns(receiver)).values()) == {3}


def test_delayed_ones_wait_and_hold_up_no_other(
    late: Caller, receiver: Receiver, time: Time
) -> None:
    late.control("webhooks", delay=60)
    late.control("rmas", count=module.THREADS)
    late.control("webhooks", delay=0)
    late.control("rmas")
    until(lambda: receiver.seen)
    *delayed, prompt = late.world.rmas
    assert returns(receiver) == [prompt]
    waiting = deliveries(late)[0]
    assert (waiting["time"], waiting["status"], waiting["failure"]) == (None, None, None)
    time.forward(seconds=60)
    nudge(late)
    settled(late)
    assert returns(receiver)[0] == prompt
    assert sorted(returns(receiver)[1:]) == delayed


def test_the_order_is_lost_within_a_window(late: Caller, receiver: Receiver, time: Time) -> None:
    late.control("webhooks", shuffle=60)
    late.control("rmas", count=20)
    time.forward(seconds=30)
    nudge(late)
    until(lambda: [each["status"] for each in deliveries(late)].count(200) > 3)
    early = [each["time"] is not None for each in deliveries(late)[:20]]
    assert early != sorted(early, reverse=True)
    time.forward(seconds=30)
    nudge(late)
    settled(late)
    assert sorted(returns(receiver)) == list(late.world.rmas)


@pytest.mark.usefixtures("receiver")
def test_more_than_may_wait_are_lost(late: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    late.control("webhooks", delay=60)
    late.control("rmas", count=3)
    failures = [each["failure"] for each in deliveries(late)]
    assert failures == [None, None, "too many were waiting"]


def test_a_reset_cancels_what_waits(late: Caller, receiver: Receiver, time: Time) -> None:
    late.control("webhooks", delay=60)
    late.control("rmas")
    late.control("reset")
    assert deliveries(late) == []
    until(lambda: late.app.simulation.deliveries._threads == 0)
    time.forward(seconds=60)
    receiver.register("RMA_CREATED")
    nudge(late)
    settled(late)
    assert returns(receiver) == []


@pytest.mark.usefixtures("receiver")
def test_the_list_can_be_emptied_of_what_was_sent(late: Caller) -> None:
    late.control("rmas")
    settled(late)
    late.control("webhooks", delay=60)
    late.control("rmas")
    assert late.control("webhooks", "DELETE") == {}
    assert [each["time"] for each in deliveries(late)] == [None]


def test_anything_can_be_sent(late: Caller, receiver: Receiver) -> None:
    late.control("webhooks", share=0, delay=60, repeat=9)
    bodies: tuple[Any, ...] = ({"eventName": "RMA_CREATED", "rmaId": 1.5}, [], "{garbage", "")
    for body in bodies:
        late.control("webhooks/send", body=body)
        settled(late)
    sent = late.control("webhooks/send", count=2)
    settled(late)
    default = b'{"eventName": "RMA_CREATED"}'
    assert [body for *_, body in receiver.seen] == [
        b'{"eventName": "RMA_CREATED", "rmaId": 1.5}',
        *(b"[]", b"{garbage", b""),
        *(default, default),
    ]
    assert [each["body"] for each in sent] == [default.decode()] * 2


def test_sending_chooses_among_the_registrations_of_a_shop(
    late: Caller, receiver: Receiver
) -> None:
    receiver.register("RMA_STATUS_UPDATED")
    receiver.url += "/refunds"
    receiver.register("REFUND_CREATED")
    assert len(late.control("webhooks/send")) == 2  # addresses
    sent = late.control("webhooks/send", event="REFUND_CREATED")
    assert [(each["url"], each["event"]) for each in sent] == [(receiver.url, "REFUND_CREATED")]
    receiver.register("RMA_CREATED", shop=OUTLET)
    assert [each["shop"] for each in late.control("webhooks/send", shop=OUTLET)] == [OUTLET]
    for nowhere in ({"shop": OTHER}, {"event": "SHIPMENT_CREATED"}):
        assert refused(late.control_response("webhooks/send", **nowhere)) == 404
    for wrong in ({"shop": "x"}, {"event": "x"}, {"count": 0}, {"typo": 1}):
        assert refused(late.control_response("webhooks/send", **wrong)) == 400
    settled(late)


@pytest.mark.parametrize("status", [500, 410, 302, 429])
def test_whatever_is_answered_nothing_is_tried_again(empty: Caller, status: int) -> None:
    with receiving(empty, answering(status, Location="/elsewhere")) as receiver:
        receiver.register("RMA_CREATED")
        empty.control("rmas")
        assert outcomes(empty) == {status: 1}
    assert [line for line, *_ in receiver.seen] == ["POST /in/secret"]


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def test_a_receiver_that_hangs_up_is_a_failure(empty: Caller) -> None:
    with receiving(empty, hang_up) as receiver:
        receiver.register("RMA_CREATED")
        empty.control("rmas")
        assert [str(each).partition(":")[0] for each in outcomes(empty)] == ["RemoteDisconnected"]
    assert len(receiver.seen) == 1


@pytest.mark.parametrize(
    ("url", "failure"),
    [
        ("http://127.0.0.1:{}/in", "ConnectionRefusedError"),
        ("https://127.0.0.1:{}/in", "ConnectionRefusedError"),
        ("http://127.0.0.1:99999/in", "ValueError"),
        ("http:///in", "ValueError"),
        ("http://[", "ValueError"),
        ("http://127.0.0.1/a b", "InvalidURL"),
        ("http://127.0.0.1:{}/ä", "UnicodeEncodeError"),
    ],
)
def test_an_address_that_cannot_be_called_is_a_failure(
    empty: Caller, url: str, failure: str
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        hook = {"url": url.format(closed.getsockname()[1]), "eventName": "RMA_CREATED"}
        empty.post("/webhook", hook)
        empty.control("rmas")
        assert [str(each).partition(":")[0] for each in outcomes(empty)] == [failure]


def test_a_receiver_may_ask_back_before_it_answers(empty: Caller) -> None:
    asked = []

    def behave(handler: BaseHTTPRequestHandler) -> None:
        asked.append(empty.get("/rmas", pagesize=1).status_code)
        answering()(handler)

    with receiving(empty, behave) as receiver:
        receiver.register("RMA_CREATED")
        empty.control("rmas")
        assert outcomes(empty) == {200: 1}
    assert asked == [200]


def test_hanging_receivers_hold_up_a_few_deliveries_and_nothing_else(
    empty: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "TIMEOUT", 0.2)
    over = Event()

    def hang(_: BaseHTTPRequestHandler) -> None:
        over.wait(30)

    with receiving(empty, hang) as receiver:
        receiver.register("RMA_CREATED")
        empty.control("rmas", count=module.THREADS + 2)
        begun = [each for each in deliveries(empty) if each["time"]]
        assert len(begun) <= module.THREADS
        assert len(empty.ids("/rmas")) == module.THREADS + 2
        assert outcomes(empty) == {"TimeoutError: timed out": module.THREADS + 2}
        over.set()
    assert len(receiver.seen) == module.THREADS + 2


def test_the_threads_end_when_nothing_is_left(empty: Caller) -> None:
    with receiving(empty) as receiver:
        receiver.register()
        for _ in range(2):
            empty.control("rmas", count=10)
            until(lambda: empty.app.simulation.deliveries._threads == 0)
        assert outcomes(empty) == {200: 40}


def test_a_process_ends_cleanly_while_receivers_hang() -> None:
    with (
        running(SANDBOX_SECOND_LIMIT="1000") as sandbox,
        socket.create_server(("127.0.0.1", 0)) as deaf,
    ):
        connection = sandbox.connect()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        ask(connection, "POST", "/webhook", {"url": url, "eventName": "RMA_CREATED"})
        ask(connection, "POST", "/_sandbox/rmas", {"count": 100})
        deaf.accept()[0].close()
        assert len(ask(connection, "GET", "/_sandbox/webhooks")[2]) == 100
        connection.close()
        assert sandbox.stop() == (0, "", "")
