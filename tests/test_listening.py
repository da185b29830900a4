"""Where the bridge listens: on this machine alone, unless a proxy stands before it."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from connector.cli import listening
from connector.cli.listening import check_listening
from connector.config import SettingError, load

LEAST = {"ALLOW_RETURNGO_KEYS": "true", "SECRET_KEY": "s" * 32}
BEHIND_A_PROXY = {"PROXIES": "1", "PUBLIC_URL": "https://bridge.example.com"}


def check(**environ: str) -> None:
    check_listening(load({**LEAST, **environ}))


def refusal(**environ: str) -> str:
    with pytest.raises(SettingError) as error:
        check(**environ)
    return str(error.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_needs_nothing(host: str):
    check(HOST=host)


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "192.168.1.7", "bridge.example.com"])
def test_an_address_that_others_reach_needs_a_proxy_and_its_name(host: str):
    sentence = refusal(HOST=host)
    assert sentence.startswith(f"PROXIES is missing: others reach {host.strip('[]')}, ")
    assert "buffers requests" in sentence
    assert refusal(HOST=host, PROXIES="1").startswith("PUBLIC_URL is missing: ")
    check(HOST=host, **BEHIND_A_PROXY)


def test_a_proxy_before_this_machine_needs_its_name():
    assert refusal(PROXIES="1").startswith("PUBLIC_URL is missing: ")
    check(**BEHIND_A_PROXY)


def on_every_address(_: Path) -> socket.socket:
    return socket.create_server(("0.0.0.0", 0))


def on_a_file(folder: Path) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    line.bind(str(folder / "socket"))
    return line


@pytest.mark.parametrize("opened", [on_every_address, on_a_file])
def test_a_socket_of_systemd_counts_instead_of_the_host(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, opened: Callable[[Path], socket.socket]
):
    with opened(tmp_path) as line:
        monkeypatch.setattr(listening, "SD_LISTEN_FDS_START", line.fileno())
        monkeypatch.setenv("LISTEN_FDS", "1")
        monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
        assert refusal(HOST="127.0.0.1").startswith("PROXIES is missing: ")
        check(HOST="0.0.0.0", **BEHIND_A_PROXY)
        assert line.getsockname(), "it stays open"
        assert os.environ["LISTEN_FDS"] == "1", "gunicorn is still to find it"
