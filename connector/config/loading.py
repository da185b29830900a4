"""Loading settings from the environment: an error names the setting and what it may be."""

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError

from connector.config.assistants import SettingsOfAssistants
from connector.config.declaring import REQUIRED
from connector.config.settings import Settings

OF_FILE = "_FILE"
LEAST_STRENGTH = 32  # characters
MAKE_ONE = "python -c 'import secrets; print(secrets.token_urlsafe(32))'"
THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


class SettingError(Exception):
    """A setting is missing or malformed; the message is for whoever starts the bridge."""


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ`, by default the process's own environment.

    An empty value counts as absent. A secret may stand in a file instead, which the setting's name
    with `_FILE` names. Raises SettingError with one clear sentence when a setting is missing,
    malformed or too weak.
    """
    settings = Settings(**_values(Settings, environ))
    _check_whole(settings)
    _check_strength(settings)
    return settings


def load_assistants(environ: Mapping[str, str] | None = None) -> SettingsOfAssistants:
    """Read the settings of the assistants' server, as `load` does. Raises SettingError."""
    settings = SettingsOfAssistants(**_values(SettingsOfAssistants, environ))
    if settings.mcp_host.strip("[]") not in THIS_MACHINE and settings.public_url is None:
        raise SettingError(
            "PUBLIC_URL is missing: where others reach MCP_HOST, only requests for that name are"
            " answered. Set it to where the proxy is reached, for example"
            " https://bridge.example.com."
        )
    return settings


def _values(declaring: type[Any], environ: Mapping[str, str] | None) -> dict[str, Any]:
    environ = os.environ if environ is None else environ
    return {each.name: _value(each, environ) for each in dataclasses.fields(declaring)}


def _value(declared: dataclasses.Field[Any], environ: Mapping[str, str]) -> Any:
    name = declared.name.upper()
    facts = declared.metadata
    text = environ.get(name, "").strip()
    if facts["secret"]:
        text = _from_file(name, text, environ)
    if not text:
        if facts["default"] is REQUIRED:
            raise SettingError(f"{name} is missing: {facts['help']}")
        return facts["default"]
    try:
        return facts["parse"].deserialize(text)
    except ValidationError as error:
        shown = "malformed" if facts["secret"] else f"{text!r}, which is malformed"
        raise SettingError(f"{name} is {shown}: {' '.join(map(str, error.messages))}") from error


def _from_file(name: str, text: str, environ: Mapping[str, str]) -> str:
    """Read a secret where its file is named; `text` is the setting itself."""
    path = environ.get(name + OF_FILE, "").strip()
    if not path:
        return text
    if text:
        raise SettingError(f"{name} is given twice: leave out either it or {name}{OF_FILE}.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        # what it names is not repeated: some put the secret itself there
        sentence = f"{name}{OF_FILE} names a file that cannot be read: {reason}."
        raise SettingError(sentence) from error


def _check_strength(settings: Settings) -> None:
    """Refuse what can be overheard or guessed, but where all is on this machine, as in the demo."""
    address = urlsplit(settings.returngo_base_url)
    is_local = address.hostname in THIS_MACHINE
    if address.scheme != "https" and not is_local:
        raise SettingError(
            f"RETURNGO_BASE_URL names {address.hostname}, to which the key would go in clear: it"
            " must start with https://, unless it is on this machine."
        )
    reached_at = urlsplit(settings.public_url or "").hostname or settings.host
    if is_local and {reached_at, settings.host} <= THIS_MACHINE:
        return
    secrets = {
        "BRIDGE_TOKEN": settings.bridge_token,
        # those before the newest open what they have sealed, and seal no more
        "SECRET_KEY": settings.secret_key[0],
        "METRICS_TOKEN": settings.metrics_token,
        "SHOPIFY_APP_SECRET": settings.shopify_app_secret,
    }
    for name, secret in secrets.items():
        if secret is not None and len(secret) < LEAST_STRENGTH:
            raise SettingError(
                f"{name} is too short to be safe: it must have {LEAST_STRENGTH} characters or more,"
                f" drawn at random. This makes one: {MAKE_ONE}"
            )


def _check_whole(settings: Settings) -> None:
    if (settings.alarm_url is None) != (settings.alarm_secret is None):
        missing = "ALARM_SECRET" if settings.alarm_secret is None else "ALARM_URL"
        raise SettingError(f"{missing} is missing: what is told to ALARM_URL is signed.")
    if settings.returngo_api_key is None:
        belongs_to_it = settings.returngo_shops or settings.bridge_token is not None
        if belongs_to_it and not settings.allow_returngo_keys:
            raise SettingError(
                "RETURNGO_API_KEY is missing: RETURNGO_SHOPS and BRIDGE_TOKEN belong to it. Leave"
                " all three out where connections are kept in the database."
            )
        return
    if not settings.returngo_shops:
        raise SettingError("RETURNGO_SHOPS is missing: name the stores of RETURNGO_API_KEY.")
    if settings.bridge_token is None:
        raise SettingError("BRIDGE_TOKEN is missing: callers of RETURNGO_API_KEY need a token.")
