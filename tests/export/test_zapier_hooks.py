"""Every instant trigger of the exported app: subscribed, delivered by a real worker, ended."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

import app
from tests.end_to_end.hook_receiver import Receiver
from tests.end_to_end.waiting import eventually
from tests.export.conftest import Live
from tests.export.forged import Delivery, forgeries, stale
from tests.export.live_world import PresentWorld, play
from tests.export.zapier_app import App, Step, written
from tests.processes import SHOPS, Server

TRIGGERS = app.CATALOGUE.triggers


@pytest.fixture(scope="module")
def zap(live: Live, tmp_path_factory: pytest.TempPathFactory) -> App:
    live.meet()
    return written(app.CATALOGUE, tmp_path_factory.mktemp("zapier"), live.bridge.url)


def step(key: str, method: str, inputs: dict[str, Any] | None = None, **more: Any) -> Step:
    return Step(f"triggers.{key}_instant.operation.{method}", inputs or {}, more=more)


def hooks(live: Live) -> list[dict[str, Any]]:
    return list(live.bridge.call("GET", "/v1/hooks").json())


def test_each_instant_trigger_tells_what_a_poll_shows_until_it_is_unsubscribed(
    zap: App, live: Live, worker: Server, receiver: Receiver
):
    assert worker.process.poll() is None
    targets = {key: receiver.url(key, host) for host, key in enumerate(TRIGGERS, start=1)}
    subscribed = [
        told.good
        for told in zap.run(
            step(key, "performSubscribe", targetUrl=url) for key, url in targets.items()
        )
    ]
    assert {(hook["id"], hook["trigger"], hook["target_url"]) for hook in hooks(live)} == {
        (kept["id"], key, url) for kept, (key, url) in zip(subscribed, targets.items(), strict=True)
    }
    play(TRIGGERS, PresentWorld(live.sandbox), live.bridge)
    eventually(lambda: {path for path, _, _ in receiver.received} == set(TRIGGERS))
    arrived = receiver.first_of_each(1)  # more may come
    kept = dict(zip(targets, subscribed, strict=True))
    told = zap.run(
        each
        for key, headers, body in arrived
        for each in (delivered(key, kept[key], Delivery(headers, body)), step(key, "performList"))
    )
    for (key, _, body), performed, listed in zip(arrived, told[::2], told[1::2], strict=True):
        event = json.loads(body)
        assert performed.good == [event], key
        assert event in listed.good, f"{key}: what is listed is what is delivered"
    key, headers, body = arrived[0]
    let_nothing_forged_in(zap, key, kept[key], Delivery(headers, body))

    ends = [step(key, "performUnsubscribe", subscribeData=kept[key]) for key in targets]
    assert [told.good for told in zap.run([*ends, *ends])] == [{}] * 2 * len(ends)
    assert hooks(live) == []


def delivered(key: str, kept: Mapping[str, str], delivery: Delivery) -> Step:
    """Hand a delivery over as Zapier does, which writes headers in its own way."""
    own = {"Content-Length", "Content-Type"}
    headers = {name.title(): value for name, value in delivery.headers.items()}
    request = {
        "method": "POST",
        "headers": {name if name in own else f"Http-{name}": headers[name] for name in headers},
        "content": delivery.body.decode(),
    }
    event = json.loads(delivery.body)
    return step(key, "perform", rawRequest=request, cleanedRequest=event, subscribeData=kept)


def let_nothing_forged_in(zap: App, key: str, kept: Mapping[str, str], real: Delivery) -> None:
    """Let nothing in that the bridge did not sign for this Zap, and all that it did."""
    event = json.loads(real.body)
    forged = [delivered(key, kept, each) for each in forgeries(real)]
    bare = step(key, "perform", cleanedRequest=event, subscribeData=kept)
    held = [delivered(key, kept, each) for each in stale(real, kept["secret"])]
    without_secret = delivered(key, {"id": kept["id"]}, real)
    *told, puzzled = zap.run([*held, *forged, bare, without_secret])
    assert [each.good for each in told[: len(held)]] == [[event]] * len(held)
    for each in told[len(held) :]:
        assert "not signed by the bridge for this Zap" in each.message
    assert "turn the Zap off and on" in puzzled.message


def test_a_subscription_keeps_the_filters_and_leaves_out_what_is_empty(
    zap: App, live: Live, receiver: Receiver
):
    filters = {"to_status": "received", "from_status": "", "order_name": None, "shop": SHOPS[1]}
    url = receiver.url("filtered")
    (kept,) = zap.run([step("rma_status_changed", "performSubscribe", filters, targetUrl=url)])
    (hook,) = hooks(live)
    assert kept.good == {"id": hook["id"], "secret": kept.good["secret"]}
    assert hook["filters"] == {"to_status": "Received", "shop": SHOPS[1]}
    zap.run([step("rma_status_changed", "performUnsubscribe", subscribeData=kept.good)])
    assert hooks(live) == []


def test_a_target_or_a_filter_that_is_refused_says_why(zap: App, live: Live):
    wrong = step(
        "new_rma", "performSubscribe", {"state": "x"}, targetUrl="https://hooks.example.com/1"
    )
    inside = step("new_rma", "performSubscribe", targetUrl="https://10.0.0.1/1")
    a_filter, a_target = zap.run([wrong, inside])
    assert "filters.state" in a_filter.refusal["message"]
    assert "target_url" in a_target.refusal["message"]
    assert hooks(live) == []


def test_who_brings_a_key_sees_no_hook_of_another(zap: App, live: Live, receiver: Receiver):
    own = {"token": "", "api_key": "demo-key", "shop": SHOPS[0]}
    begin = step("new_rma", "performSubscribe", targetUrl=receiver.url("own"))
    (kept,) = zap.run([replace(begin, auth=own)])
    assert kept.good["id"]
    assert hooks(live) == []
    end = step("new_rma", "performUnsubscribe", subscribeData=kept.good)
    foreign, ended = zap.run([end, replace(end, auth=own)])
    assert foreign.good == ended.good == {}
