"""The instant trigger in n8n's core: subscribed, delivered to by a real worker, ended."""

from collections.abc import Mapping
from typing import Any

import pytest

import app
from tests.end_to_end.hook_receiver import Receiver
from tests.end_to_end.waiting import eventually
from tests.export.conftest import Live
from tests.export.forged import Delivery, forgeries, late, stale
from tests.export.live_world import PresentWorld, play
from tests.export.n8n_package import Package, step, written
from tests.processes import Server

TRIGGERS = app.CATALOGUE.triggers
WEBHOOK = "a-webhook/webhook"  # where n8n listens, below its own address


@pytest.fixture(scope="module")
def n8n(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Package:
    live.meet()
    return written(app.CATALOGUE, tmp_path_factory.mktemp("n8n"), live.bridge.url)


def hook(key: str, base: str, *methods: str, **more: Any) -> dict[str, Any]:
    parameters = {"event": key, "filters": more.pop("filters", {})}
    place = {"webhookBaseUrl": base, "methods": methods, "parameters": parameters}
    return step("hook", "returnGoInstantTrigger", **place, **more)


def delivered(
    key: str, kept: Mapping[str, Any] | None, headers: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    request = {"headers": headers, "body": body.decode()}
    parameters = {"event": key}
    return step(
        "webhook", "returnGoInstantTrigger", parameters=parameters, staticData=kept, request=request
    )


def test_each_instant_trigger_tells_what_a_poll_shows_until_it_is_ended(
    n8n: Package, live: Live, worker: Server, receiver: Receiver
):
    assert worker.process.poll() is None
    keys = list(TRIGGERS)
    bases = {key: receiver.url(key, host) for host, key in enumerate(keys, start=1)}
    begun = n8n.run(hook(key, bases[key], "checkExists", "create", "checkExists") for key in keys)
    # n8n asks whether a hook is there, and subscribes if not.
    assert [told.good for told in begun] == [{"checkExists": True, "create": True}] * len(keys)
    hooks = live.bridge.call("GET", "/v1/hooks").json()
    assert {each["trigger"]: each["target_url"] for each in hooks} == {
        key: f"{base}/{WEBHOOK}" for key, base in bases.items()
    }
    kept = {key: told.staticData for key, told in zip(keys, begun, strict=True)}

    play(keys, PresentWorld(live.sandbox), live.bridge)
    paths = {f"{key}/{WEBHOOK}" for key in keys}
    eventually(lambda: {path for path, _, _ in receiver.received} == paths)
    arrived = {path.partition("/")[0]: (headers, body) for path, headers, body in receiver.received}
    told = n8n.run(delivered(key, kept[key], *arrived[key]) for key in keys)
    for key, each in zip(keys, told, strict=True):
        assert each.good["status"] == 200
        (item,) = each.good["workflowData"][0]
        assert item["json"] in live.bridge.poll(key), key

    ended = n8n.run(
        hook(key, bases[key], "delete", "checkExists", "delete", staticData=kept[key])
        for key in keys
    )
    assert [each.good for each in ended] == [{"delete": True, "checkExists": False}] * len(keys)
    assert live.bridge.call("GET", "/v1/hooks").json() == []
    forged(n8n, kept["new_rma"], *arrived["new_rma"])


def forged(
    n8n: Package, kept: Mapping[str, Any] | None, headers: Mapping[str, str], body: bytes
) -> None:
    """Let nothing in that the bridge did not just sign."""
    secret = str((kept or {})["node:A Node"]["secret"])
    real = Delivery(headers, body)
    arriving = [*forgeries(real), *stale(real, secret), late(real, secret)]
    steps = [delivered("new_rma", kept, each.headers, each.body) for each in arriving]
    bare = delivered("new_rma", {}, headers, body)
    *refused, taken = [told.good for told in n8n.run([bare, *steps])]
    assert refused == [{"workflowData": None, "status": 401}] * len(refused)
    assert taken["status"] == 200


def test_what_a_hook_is_refused_for_is_told(n8n: Package, receiver: Receiver):
    inside, wrong = n8n.run(
        [
            hook("new_rma", "https://10.0.0.1", "create"),
            hook("new_rma", receiver.url("x"), "create", filters={"shop": "nobody.example.com"}),
        ]
    )
    assert "target_url" in inside.message
    assert wrong.http_code == "403"
    assert "nobody.example.com" in wrong.message
