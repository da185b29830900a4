"""Settings, read once from the environment: each is declared here, once, with its help text."""

import dataclasses
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields, validate
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

# A store, and perhaps one of its portals: what a header can carry, without a comma or another @.
STORE_NAME = r"[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)+"
PORTAL_NAME = r"[!-+\--?A-~]+( +[!-+\--?A-~]+)*"
SHOP_NAME = re.compile(rf"{STORE_NAME}(@{PORTAL_NAME})?\Z")
API_KEY = re.compile(r"[!-~]+\Z")  # what a header can carry
REQUIRED = object()


class SettingError(Exception):
    """A setting is missing or malformed; the message is for whoever starts the bridge."""


class CommaList(fields.Field[tuple[str, ...]]):
    """Words separated by commas."""

    def _deserialize(self, value: str, *_: Any, **__: Any) -> tuple[str, ...]:
        return tuple(word.strip() for word in value.split(",") if word.strip())


def setting(
    parse: fields.Field[Any], about: str, *, default: Any = REQUIRED, secret: bool = False
) -> Any:
    """Declare a setting: how its text is read, what it is for, and its default if it has one."""
    return dataclasses.field(
        repr=not secret,
        metadata={"parse": parse, "help": about, "default": default, "secret": secret},
    )


def each(check: validate.Validator) -> Any:
    """Apply `check` to every word of a comma list."""

    def check_words(words: tuple[str, ...]) -> None:
        for word in words:
            check(word)

    return check_words


def shared_database(url: str) -> None:
    """Refuse a database that cannot be named, or that no other process would see."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ValidationError("it is not a URL") from None
    if parsed.get_backend_name() == "sqlite" and parsed.database == ":memory:":
        raise ValidationError("it must name a file")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How one bridge is set up. A field's name in upper case is its environment variable."""

    returngo_api_key: str | None = setting(
        fields.String(
            validate=validate.Regexp(
                API_KEY, error="it must consist of letters, digits and signs, without spaces"
            )
        ),
        "The key from ReturnGO's *Settings > Integrations > API* page, kept by the bridge for the"
        " holders of BRIDGE_TOKEN.",
        default=None,
        secret=True,
    )
    returngo_shops: tuple[str, ...] = setting(
        CommaList(
            validate=each(
                validate.Regexp(
                    SHOP_NAME,
                    error="{input} is not a shop name like x.myshopify.com or"
                    " x.myshopify.com@Portal",
                )
            )
        ),
        "The stores of that key, as a comma list, for example"
        " `demo.myshopify.com,outlet.myshopify.com`. One with several portals names one:"
        " `demo.myshopify.com@Portal`; the name may hold letters, digits, blanks and signs but `,`"
        " and `@`.",
        default=(),
    )
    bridge_token: str | None = setting(
        fields.String(validate=validate.Length(min=8, error="it must have 8 characters or more")),
        "The long random token that callers present as `Authorization: Bearer …`.",
        default=None,
        secret=True,
    )
    allow_returngo_keys: bool = setting(
        fields.Boolean(),
        "`true` lets callers bring their own ReturnGO key in the `x-api-key` and `x-shop-name`"
        " headers.",
        default=False,
    )
    secret_key: tuple[str, ...] = setting(
        CommaList(
            validate=[
                validate.Length(min=1, error="it is empty"),
                each(validate.Length(min=16, error="it must have 16 characters or more")),
            ]
        ),
        "Seals what the bridge stores of customers. 16 characters or more; a comma list while it"
        " is being replaced, newest first.",
        secret=True,
    )
    database_url: str = setting(
        fields.String(
            validate=[
                validate.Regexp(
                    r"(sqlite:///|postgresql\+psycopg://).+",
                    error="it must start with sqlite:/// or postgresql+psycopg://",
                ),
                shared_database,
            ]
        ),
        "Where the bridge keeps its log: a SQLite file, or `postgresql+psycopg://…`.",
        default="sqlite:///bridge.sqlite3",
        secret=True,
    )
    returngo_base_url: str = setting(
        fields.Url(
            schemes={"http", "https"},
            require_tld=False,
            error_messages={"invalid": "not a URL"},
            validate=validate.Regexp(r"[^?#]+\Z", error="it cannot have a ? or #"),
        ),
        "Where ReturnGO answers; another address serves tests and the demo.",
        default="https://api.returngo.ai",
    )
    returngo_daily_limit: int = setting(
        fields.Integer(validate=validate.Range(min=1)),
        "Calls a day that ReturnGO allows the key (00:00 to 00:00 UTC).",
        default=2000,
    )
    returngo_reading_calls: int | None = setting(
        fields.Integer(validate=validate.Range(min=1)),
        "How many of the day's calls the bridge may spend on reading, so that other software with"
        " the same key keeps its own. By default nine tenths; a tenth is always kept for actions.",
        default=None,
    )
    returngo_second_limit: int = setting(
        fields.Integer(validate=validate.Range(min=1)),
        "Calls a second that ReturnGO allows the key; 100, if it says so.",
        default=5,  # [A] five-a-second
    )
    feed_freshness: int = setting(
        fields.Integer(validate=validate.Range(min=1)),
        "Seconds for which what ReturnGO listed counts as fresh, at least; the bridge stretches"
        " it when the day's calls run short.",
        default=60,
    )
    feed_ceiling: int = setting(
        fields.Integer(validate=validate.Range(min=60)),
        "Seconds after which what ReturnGO listed is too old, however little news is to be"
        " expected; only where the day's calls run short does it grow older.",
        default=3600,
    )
    feed_baseline: int = setting(
        fields.Integer(validate=validate.Range(min=60)),
        "Seconds of history that the first contact with a store takes in.",
        default=86_400,
    )
    page_cache: int = setting(
        fields.Integer(validate=validate.Range(min=0)),
        "Megabytes of answers to polls that each web process keeps for whoever asks the same.",
        default=16,
    )
    public_url: str | None = setting(
        fields.Url(
            schemes={"http", "https"},
            require_tld=False,
            error_messages={"invalid": "not a URL"},
            validate=validate.Regexp(
                r"(https://[^?#]+|http://(127\.0\.0\.1|localhost)(:\d+)?(/[^?#]*)?)\Z",
                error="it must start with https:// and have no ? or #",
            ),
        ),
        "Where the bridge is reached from outside, such as `https://bridge.example.com`; ReturnGO's"
        " webhooks go there.",
        default=None,
    )
    allow_local_targets: bool = setting(
        fields.Boolean(),
        "`true` lets hooks go to this machine itself, and there without https: for the demo and"
        " tests.",
        default=False,
    )
    host: str = setting(fields.String(), "The address to listen on.", default="127.0.0.1")
    port: int = setting(
        fields.Integer(validate=validate.Range(min=0, max=65_535)),
        "The port to listen on.",
        default=8080,
    )
    workers: int = setting(
        fields.Integer(validate=validate.Range(min=1)), "Web processes to start.", default=2
    )


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
        if not settings.allow_returngo_keys:
            raise SettingError(
                "RETURNGO_API_KEY is missing: set it, or let callers bring their own key with"
                " ALLOW_RETURNGO_KEYS=true."
            )
        return
    if not settings.returngo_shops:
        raise SettingError("RETURNGO_SHOPS is missing: name the stores of RETURNGO_API_KEY.")
    if settings.bridge_token is None:
        raise SettingError("BRIDGE_TOKEN is missing: callers of RETURNGO_API_KEY need a token.")
