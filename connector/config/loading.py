"""Loading settings from the environment: an error names the setting and what it may be."""

import dataclasses
import os
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from connector.config.declaring import REQUIRED
from connector.config.settings import Settings


class SettingError(Exception):
    """A setting is missing or malformed; the message is for whoever starts the bridge."""


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ`, by default the process's own environment.

    An empty value counts as absent. Raises SettingError with one clear sentence when a setting is
    missing or malformed.
    """
    environ = os.environ if environ is None else environ
    settings = Settings(
        **{each.name: _value(each, environ) for each in dataclasses.fields(Settings)}
    )
    _check_whole(settings)
    return settings


def _value(declared: dataclasses.Field[Any], environ: Mapping[str, str]) -> Any:
    name = declared.name.upper()
    facts = declared.metadata
    text = environ.get(name, "").strip()
    if not text:
        if facts["default"] is REQUIRED:
            raise SettingError(f"{name} is missing: {facts['help']}")
        return facts["default"]
    try:
        return facts["parse"].deserialize(text)
    except ValidationError as error:
        shown = "malformed" if facts["secret"] else f"{text!r}, which is malformed"
        raise SettingError(f"{name} is {shown}: {' '.join(map(str, error.messages))}") from error


def _check_whole(settings: Settings) -> None:
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
