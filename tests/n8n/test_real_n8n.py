"""A real n8n runs the exported package and workflows, against a real bridge and worker.

`make test-n8n` installs n8n (2 GB) and runs this; nothing else does.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import requests

import app
from connector.export import Site
from connector.export.n8n import PACKAGE, render
from tests.end_to_end.hook_receiver import Receiver, receiving
from tests.end_to_end.waiting import eventually
from tests.export.conftest import Live, live, worker  # noqa: F401 - fixtures
from tests.export.live_world import PresentWorld
from tests.node_tools import write
from tests.processes import TOKEN, Server
from tests.recordings.scenarios.world import rma_id

INSTALLED = os.environ.get("N8N", "")
pytestmark = pytest.mark.skipif(not INSTALLED, reason="make test-n8n runs this: n8n is 2 GB.")
PATIENCE = 300  # seconds, for n8n to start
TRIGGER = "new_rma"
OWN = {"returnGoConnectorApi": {"id": "own", "name": "ReturnGO"}}
HEADER = {"httpHeaderAuth": {"id": "header", "name": "Header"}}
EVERY_TEN_SECONDS = "0,10,20,30,40,50 * * * * *"


def n8n(folder: Path, port: int, *words: str) -> "subprocess.Popen[bytes]":
    """Start a command of n8n, which keeps everything in a folder."""
    environ = {
        **os.environ,
        "N8N_USER_FOLDER": str(folder),
        "N8N_PORT": str(port),
        "N8N_HOST": "127.0.0.1",
        "N8N_SECURE_COOKIE": "false",
        "WEBHOOK_URL": f"http://127.0.0.1:{port}/",
        "N8N_DIAGNOSTICS_ENABLED": "false",
        "N8N_VERSION_NOTIFICATIONS_ENABLED": "false",
        "N8N_PERSONALIZATION_ENABLED": "false",
        "N8N_RUNNERS_ENABLED": "false",
        "N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS": "true",
    }
    program = Path(INSTALLED) / "node_modules/n8n/bin/n8n"
    with (folder / "n8n.log").open("ab") as log:
        return subprocess.Popen([str(program), *words], env=environ, stdout=log, stderr=log)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def node(name: str, kind: str, parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    whole = {"id": name, "name": name, "type": kind, "typeVersion": 1, "position": [0, 0]}
    return {**whole, "parameters": parameters, **more}


def tell(receiver: Receiver, path: str, name: str = "Tell") -> dict[str, Any]:
    """Post the ID of each item to the receiver."""
    posting = {
        "method": "POST",
        "url": receiver.url(path),
        "sendBody": True,
        "specifyBody": "json",
        "jsonBody": "={{ JSON.stringify({ id: $json.id }) }}",
        "options": {},
    }
    return node(name, "n8n-nodes-base.httpRequest", posting, typeVersion=4.2)


def workflow(key: str, nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """Put nodes one after the other."""
    links = {
        before["name"]: {"main": [[{"node": after["name"], "type": "main", "index": 0}]]}
        for before, after in pairwise(nodes)
    }
    settings = {"executionOrder": "v1"}
    return {
        "name": key,
        "nodes": nodes,
        "connections": links,
        "settings": settings,
        "active": False,
    }


def own_workflows(receiver: Receiver) -> list[dict[str, Any]]:
    """Build one workflow that polls and acts through our node, and one that is told at once."""
    event = {"event": TRIGGER, "filters": {}}
    every = {"pollTimes": {"item": [{"mode": "custom", "cronExpression": EVERY_TEN_SECONDS}]}}
    comment = {
        "operation": "add_rma_comment",
        "rma_id": "={{ $json.rma_id }}",
        "text": "From n8n.",
        "additionalFields": {"idempotency_key": "={{ $json.id }}", "shop": "={{ $json.shop }}"},
    }
    polling = node("Poll", f"{PACKAGE}.returnGoTrigger", {**event, **every}, credentials=OWN)
    acting = node("Act", f"{PACKAGE}.returnGo", comment, credentials=OWN)
    instant = node(
        "Told", f"{PACKAGE}.returnGoInstantTrigger", event, credentials=OWN, webhookId="instant"
    )
    return [
        workflow("polling", [polling, acting, tell(receiver, "polling")]),
        workflow("instant", [instant, tell(receiver, "instant")]),
    ]


def exported(name: str, receiver: Receiver, text: str) -> dict[str, Any]:
    """Do by hand what an exported workflow asks for: credentials, and what is to follow."""
    whole: dict[str, Any] = json.loads(text)
    for each in whole["nodes"]:
        if each["type"] == "n8n-nodes-base.httpRequest":
            each["credentials"] = HEADER
        if each["type"] == "n8n-nodes-base.scheduleTrigger":
            seconds = {"field": "seconds", "secondsInterval": 10}
            each["parameters"] = {"rule": {"interval": [seconds]}}
    lower = {"position": [0, 90]}  # n8n runs what follows a node from the top down
    own = [tell(receiver, name), tell(receiver, f"{name}-more", "Tell More") | lower]
    whole["nodes"] += own
    whole["connections"]["What Is News"]["main"][0] += [
        {"node": each["name"], "type": "main", "index": 0} for each in own
    ]
    return whole


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def running(
    live: Live,  # noqa: F811
    worker: Server,  # noqa: F811
    receiver: Receiver,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Run n8n with all workflows active, and answer its address."""
    assert worker.process.poll() is None
    eventually(lambda: live.bridge.call("GET", f"/v1/triggers/{TRIGGER}").ok)
    folder = tmp_path_factory.mktemp("n8n")
    port = free_port()
    files = render(Site(app.CATALOGUE, live.bridge.url))
    write(files, folder / "export")
    nodes = folder / ".n8n/nodes/node_modules"
    shutil.copytree(folder / "export" / PACKAGE, nodes / PACKAGE)
    token = {"url": live.bridge.url, "connectWith": "token", "token": TOKEN}
    header = {"name": "Authorization", "value": f"Bearer {TOKEN}"}
    credentials = [
        {"id": "own", "name": "ReturnGO", "type": "returnGoConnectorApi", "data": token},
        {"id": "header", "name": "Header", "type": "httpHeaderAuth", "data": header},
    ]
    workflows = [
        *own_workflows(receiver),
        *(
            exported(way, receiver, files[f"workflows/{way}_{TRIGGER}.json"])
            for way in ("poll", "webhook")
        ),
    ]
    write({"c.json": json.dumps(credentials)}, folder)
    imported = n8n(folder, port, "import:credentials", f"--input={folder / 'c.json'}")
    assert imported.wait(PATIENCE) == 0, (folder / "n8n.log").read_text()
    process = n8n(folder, port, "start")
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: "Editor is now accessible" in (folder / "n8n.log").read_text(), PATIENCE)
        activate(url, workflows)
        yield url
    finally:
        process.terminate()
        process.wait(60)


def activate(url: str, workflows: list[dict[str, Any]]) -> None:
    """Do as the editor does: become the owner, save each workflow, and activate it."""
    with requests.Session() as editor:
        names = {"firstName": "Alex", "lastName": "Example"}
        owner = {**names, "email": "alex@example.com", "password": "Correct-Horse-1"}
        editor.post(f"{url}/rest/owner/setup", json=owner, timeout=60).raise_for_status()
        for each in workflows:
            made = editor.post(f"{url}/rest/workflows", json=each, timeout=60)
            assert made.ok, made.text
            saved = made.json()["data"]
            change = {"active": True, "versionId": saved["versionId"]}
            done = editor.patch(f"{url}/rest/workflows/{saved['id']}", json=change, timeout=60)
            assert done.ok, done.text
            assert done.json()["data"]["active"], done.text


def test_a_real_n8n_tells_each_event_once_by_each_way_and_acts(
    running: str,
    live: Live,  # noqa: F811
    receiver: Receiver,
):
    target = f"{running}/webhook/returngo-{TRIGGER}"
    body = {"trigger": TRIGGER, "target_url": target}
    assert live.bridge.call("POST", "/v1/hooks", json=body).status_code == 201
    hooks = live.bridge.call("GET", "/v1/hooks").json()
    assert len(hooks) == 2, "n8n made the one of the instant trigger by itself"
    time.sleep(25)  # n8n's own clock: two looks, at which nothing is news
    assert receiver.received == []

    receiver.refusing.add("poll-more")
    made = rma_id(PresentWorld(live.sandbox).happen("rmas"))
    ways = {"polling", "instant", "poll", "webhook", "poll-more", "webhook-more"}
    eventually(lambda: bool(live.bridge.poll(TRIGGER)) and told(receiver).keys() == ways)
    time.sleep(25)  # and two more
    (event,) = [each for each in live.bridge.poll(TRIGGER) if each["rma_id"] == str(made)]
    ids = told(receiver)
    assert ids.pop("polling") != [event["id"]], "what the action answered, a comment"
    twice = [event["id"]] * 2
    assert (ids.pop("poll"), ids.pop("poll-more")) == (twice, twice), "the run that failed, again"
    assert ids == {way: [event["id"]] for way in ways - {"polling", "poll", "poll-more"}}
    comments = [call for call in live.sandbox.calls() if call["path"] == f"/rma/{made}/comment"]
    assert len(comments) == 1


def told(receiver: Receiver) -> dict[str, list[str]]:
    """Tell the IDs that arrived, by the way that they took."""
    ids: dict[str, list[str]] = {}
    for path, _, body in receiver.received:
        ids.setdefault(path, []).append(json.loads(body)["id"])
    return ids
