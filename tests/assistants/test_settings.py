import subprocess
from pathlib import Path

import pytest

from connector.config import SettingError, load_assistants
from tests.assistants.serving import COMMAND
from tests.processes import CALL, ROOT


def test_by_itself_it_looks_on_this_machine() -> None:
    settings = load_assistants({})
    assert settings.bridge_url == "http://127.0.0.1:8080"
    assert (settings.mcp_host, settings.mcp_port) == ("127.0.0.1", 8090)
    assert settings.mcp_token is settings.public_url is None


@pytest.mark.parametrize("url", ["http://bridge.example.com", "https://x.example.com?a", "bridge"])
def test_a_token_goes_nowhere_in_clear(url: str) -> None:
    with pytest.raises(SettingError, match="BRIDGE_URL is"):
        load_assistants({"BRIDGE_URL": url})


@pytest.mark.parametrize("url", ["https://bridge.example.com", "http://localhost:8080/"])
def test_https_and_this_machine_are_taken(url: str) -> None:
    assert load_assistants({"BRIDGE_URL": url}).bridge_url == url


def test_others_reach_it_by_a_name_that_is_known() -> None:
    with pytest.raises(SettingError, match="PUBLIC_URL is missing"):
        load_assistants({"MCP_HOST": "0.0.0.0"})
    public = {"MCP_HOST": "0.0.0.0", "PUBLIC_URL": "https://bridge.example.com"}
    assert load_assistants(public).public_url == "https://bridge.example.com"


def test_the_token_may_stand_in_a_file_and_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("rgo_secret\n", encoding="utf-8")
    settings = load_assistants({"MCP_TOKEN_FILE": str(path)})
    assert settings.mcp_token == "rgo_secret"
    assert "rgo_secret" not in repr(settings)


def test_it_ends_with_its_client_and_writes_nothing_beside_the_protocol() -> None:
    done = subprocess.run(
        COMMAND,
        cwd=ROOT,
        env={"MCP_TOKEN": "rgo_some"},
        input="",
        capture_output=True,
        text=True,
        timeout=CALL,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_without_a_token_it_says_where_to_get_one() -> None:
    done = subprocess.run(
        COMMAND, cwd=ROOT, env={}, capture_output=True, text=True, timeout=CALL, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Error: MCP_TOKEN is missing: make a token for the assistant")
