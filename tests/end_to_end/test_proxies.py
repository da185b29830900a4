"""The proxies' settings in deploy/, before a real bridge: its answers pass unchanged."""

import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
import requests

from connector.threads import WEB_THREADS
from tests.cluster import free_port
from tests.databases import Migrated, sqlite_url
from tests.end_to_end.waiting import eventually
from tests.processes import ROOT, TOKEN, Bridge, Sandbox, running_bridge, running_sandbox
from tests.tools import path_of

NAME = "bridge.example.com"
HERE = "127.0.0.1:8080"
BEHIND_ONE = {"PROXIES": "1", "PUBLIC_URL": "http://127.0.0.1"}
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
PASSED = ("Content-Type", "ETag", "RateLimit", "Link", "WWW-Authenticate", "X-Request-Id")
NAMED = {"X-Request-Id": "the-same-for-both"}
# The calls and seconds that are left differ between two requests that follow each other.
COUNTED = re.compile(r"(?<=;[rt]=)\d+")


def caddy(folder: Path, port: int, bridge: str) -> list[str]:
    """Serve without https: a certificate wants a name of one's own."""
    text = (ROOT / "deploy/caddy/Caddyfile").read_text(encoding="utf-8")
    options = "{\n\tadmin off\n\tauto_https off\n}\n"
    version = subprocess.check_output([path_of("caddy"), "version"], text=True).lstrip("v")
    if tuple(map(int, re.findall(r"\d+", version)[:3])) < (2, 6, 4):
        text = text.replace("request_buffers 2MB", "buffer_requests\n\t\tmax_buffer_size 2MB")
    (folder / "Caddyfile").write_text(
        options + text.replace(NAME, f"http://127.0.0.1:{port}", 2).replace(HERE, bridge)
    )
    return [path_of("caddy"), "run", "--config", str(folder / "Caddyfile")]


def nginx(folder: Path, port: int, bridge: str) -> list[str]:
    """Serve without https: a certificate wants a name of one's own."""
    text = (ROOT / "deploy/nginx/returngo-connector.conf").read_text(encoding="utf-8")
    assert "listen 443 ssl;" in text
    lines = [line for line in text.splitlines() if "ssl_" not in line]
    server = "\n".join(lines).replace("443 ssl", f"127.0.0.1:{port}").replace(HERE, bridge)
    temporary = "".join(
        f"{each}_temp_path {folder}/{each};\n"
        for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}{server}\n}}\n"
    )
    return [path_of("nginx"), "-e", f"{folder}/error.log", "-c", str(folder / "nginx.conf")]


PROXIES = (caddy, nginx)


@contextmanager
def serving(proxy: Callable[[Path, int, str], list[str]], bridge: Bridge) -> Iterator[str]:
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words = proxy(folder, port, bridge.url.removeprefix("http://"))
        environ = {"HOME": name, "PATH": "/usr/sbin:/usr/bin:/bin"}
        process = subprocess.Popen(words, cwd=folder, env=environ)
        try:
            eventually(lambda: _answers(port))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _shape(header: str) -> str:
    """Return a header without what may differ: counts, and that a compressed answer is weak."""
    return COUNTED.sub("#", header.removeprefix("W/"))


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).ok
    except requests.ConnectionError:
        return False


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def bridge(
    sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory, migrated: Migrated
) -> Iterator[Bridge]:
    """A bridge that only reads, for all tests that change nothing at it."""
    with (
        sqlite_url(tmp_path_factory.mktemp("proxies"), migrated) as url,
        running_bridge(sandbox.url, url) as bridge,
    ):
        yield bridge


@pytest.mark.parametrize("proxy", PROXIES, ids=lambda each: each.__name__)
def test_answers_pass_a_proxy_unchanged(
    bridge: Bridge, proxy: Callable[[Path, int, str], list[str]]
):
    eventually(lambda: bridge.poll("new_rma"))
    with serving(proxy, bridge) as url:
        for path, headers in (
            ("/v1/triggers/new_rma?limit=3", HEADERS),
            ("/v1/triggers/new_rma", {}),
            ("/openapi.json", HEADERS),
        ):
            direct, passed = (
                requests.get(f"{base}{path}", headers={**NAMED, **headers}, timeout=30)
                for base in (bridge.url, url)
            )
            assert passed.status_code == direct.status_code
            assert passed.content == direct.content
            for name in PASSED:
                assert _shape(passed.headers.get(name, "")) == _shape(
                    direct.headers.get(name, "")
                ), name
            if etag := passed.headers.get("ETag"):
                again = {**headers, "If-None-Match": etag}
                assert requests.get(f"{url}{path}", headers=again, timeout=30).status_code == 304


@pytest.mark.parametrize("proxy", PROXIES, ids=lambda each: each.__name__)
def test_behind_a_proxy_each_caller_is_known_by_an_address_of_its_own(
    sandbox: Sandbox, database_url: str, proxy: Callable[[Path, int, str], list[str]]
):
    """What a caller says of itself is no address: only what the proxy adds counts."""
    said = {"X-Forwarded-For": "192.0.2.7"}
    with (
        running_bridge(sandbox.url, database_url, **BEHIND_ONE, WORKERS="1") as bridge,
        serving(proxy, bridge) as url,
    ):
        asked = [
            requests.get(
                f"{url}/v1/me",
                headers={**said, "Authorization": f"Bearer wrong-{number}"},
                timeout=30,
            )
            for number in range(12)
        ]
        assert [answer.status_code for answer in asked[:10]] == [401] * 10
        assert asked[-1].status_code == 429
        assert requests.get(f"{url}/v1/me", headers=HEADERS, timeout=30).status_code == 200
        lines = [line for line in bridge.log if "web.wrong_tokens" in line]
        assert lines
        assert all('"address": "127.0.0.1"' in line for line in lines)


SLOW = {
    "head": "GET /v1/triggers HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    # so much of a body that no proxy keeps it by chance
    "body": "POST /v1/hooks HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
    f"{TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{' ' * 20_000}",
}


@pytest.mark.parametrize("proxy", PROXIES, ids=lambda each: each.__name__)
@pytest.mark.parametrize("part", SLOW)
def test_clients_that_are_slow_hold_up_a_proxy_and_not_the_bridge(
    bridge: Bridge, proxy: Callable[[Path, int, str], list[str]], part: str
):
    with serving(proxy, bridge) as url, ExitStack() as lines:
        address = ("127.0.0.1", int(url.rpartition(":")[2]))
        for _ in range(WEB_THREADS + 10):
            line = lines.enter_context(socket.create_connection(address))
            line.sendall(SLOW[part].encode())
        for base in (url, bridge.url):
            answer = requests.get(f"{base}/v1/triggers", headers=HEADERS, timeout=30)
            assert answer.status_code == 200


def test_a_connection_is_kept_for_as_long_as_a_proxy_keeps_it(bridge: Bridge):
    """A second request comes seconds after the first, and meets no closed connection."""
    kept = HTTPConnection(bridge.url.removeprefix("http://"), timeout=30)
    kept.request("GET", "/healthz")
    assert kept.getresponse().read()
    before = kept.sock
    time.sleep(6)
    kept.request("GET", "/healthz")
    assert kept.getresponse().status == 200
    assert kept.sock is before
    kept.close()
