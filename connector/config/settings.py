"""Settings of one bridge: each is declared here, once, with its help text."""

import re
from dataclasses import dataclass

from marshmallow import fields, validate

from connector.config.declaring import CommaList, each, setting, shared_database, signing_secret
from connector.config.storefront import StorefrontSettings

# A store, and perhaps one of its portals: what a header can carry, without a comma or another @.
STORE_NAME = r"[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)+"
PORTAL_NAME = r"[!-+\--?A-~]+( +[!-+\--?A-~]+)*"
SHOP_NAME = re.compile(rf"{STORE_NAME}(@{PORTAL_NAME})?\Z")
API_KEY = re.compile(r"[!-~]+\Z")  # what a header can carry
LEAST_RETENTION = 31  # days: a poll looks back thirty


@dataclass(frozen=True, kw_only=True)
class Settings(StorefrontSettings):
    """How one bridge is set up. A field's name in upper case is its environment variable."""

    returngo_api_key: str | None = setting(
        fields.String(
            validate=validate.Regexp(
                API_KEY, error="it must consist of letters, digits and signs, without spaces"
            )
        ),
        "The key from ReturnGO's *Settings > Integrations > API* page, kept by the bridge for the"
        " holders of BRIDGE_TOKEN. Leave all three out where connections stand in the database.",
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
        "The long random token that callers present as `Authorization: Bearer …`: 32 characters or"
        " more.",
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
        "Seals what the bridge stores of customers. 32 characters or more; a comma list while it"
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
    database_connections: int = setting(
        fields.Integer(validate=validate.Range(min=5)),
        "How many connections to a PostgreSQL server each process opens at most, as it needs them;"
        " who finds none free waits for a turn. 5 or more.",
        default=32,
    )
    returngo_base_url: str = setting(
        fields.Url(
            schemes={"http", "https"},
            require_tld=False,
            error_messages={"invalid": "not a URL"},
            validate=validate.Regexp(r"[^?#]+\Z", error="it cannot have a ? or #"),
        ),
        "Where ReturnGO answers, by https; an address of this machine serves tests and the demo.",
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
        " the same key keeps its own. By default, and at most, 17 of 20: a tenth is always kept for"
        " actions, and a twentieth beside it for searches and drop-downs.",
        default=None,
    )
    returngo_second_limit: int = setting(
        fields.Integer(validate=validate.Range(min=1)),
        "Calls a second that ReturnGO allows the key; 100, if it says so.",
        default=5,  # [A] five-a-second
    )
    token_daily_limit: int | None = setting(
        fields.Integer(validate=validate.Range(min=1)),
        "Calls to ReturnGO a day that a token may make which has no limit of its own; by default"
        " half of RETURNGO_DAILY_LIMIT. BRIDGE_TOKEN and callers' own keys have none.",
        default=None,
    )
    token_minute_limit: int | None = setting(
        fields.Integer(validate=validate.Range(min=1)),
        "Calls to ReturnGO a minute that such a token may make; by default as many as there are.",
        default=None,
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
    event_retention_days: int = setting(
        fields.Integer(validate=validate.Range(min=LEAST_RETENTION)),
        "Days for which the bridge keeps an event after it was recorded, and how a return stood"
        f" after it has ended; {LEAST_RETENTION} or more. What is deleted is not told again.",
        default=90,
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
                r"(https://[^/?#]+|http://(127\.0\.0\.1|localhost)(:\d+)?)/?\Z",
                error="it must be https:// and a host name of the bridge's own, without a path",
            ),
        ),
        "Where the bridge is reached from outside, such as `https://bridge.example.com`: its"
        " answers and exports name it by that, and ReturnGO's webhooks go there. Needed with"
        " PROXIES.",
        default=None,
    )
    metrics_token: str | None = setting(
        fields.String(validate=validate.Length(min=16, error="it must have 16 characters or more")),
        "The token that Prometheus presents at `/metrics`, of 32 characters or more; without it"
        " there are none.",
        default=None,
        secret=True,
    )
    alarm_url: str | None = setting(
        fields.Url(
            schemes={"http", "https"},
            require_tld=False,
            error_messages={"invalid": "not a URL"},
            validate=validate.Regexp(
                r"https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/]",
                error="it must start with https://, unless it is on this machine",
            ),
        ),
        "Where a worker tells what needs attention, once as it begins and once when it is over; the"
        " address may be inside your network. Without it none is told.",
        default=None,
        secret=True,
    )
    alarm_secret: str | None = setting(
        fields.String(validate=signing_secret),
        "Signs what is told there, as the Standard Webhooks say: `whsec_` and 24 to 64 random bytes"
        " in base64. Needed with ALARM_URL.",
        default=None,
        secret=True,
    )
    proxies: int = setting(
        fields.Integer(validate=validate.Range(min=0)),
        "How many proxies stand before the bridge and add to `X-Forwarded-For`, such as 1 for the"
        " one that has the certificate. One must buffer requests. The bridge then knows each"
        " caller's own address, and refuses one from which too many wrong tokens or passwords"
        " come.",
        default=0,
    )
    allow_local_targets: bool = setting(
        fields.Boolean(),
        "`true` lets hooks go to this machine itself, and there without https: for the demo and"
        " tests.",
        default=False,
    )
    hook_ports: tuple[int, ...] = setting(
        CommaList(
            fields.Integer(
                validate=validate.Range(min=1, max=65_535),
                error_messages={"invalid": "a port is a number"},
            ),
            validate=validate.Length(min=1, error="it is empty"),
        ),
        "The ports to which hooks may go, as a comma list. On this machine itself, any will do.",
        default=(443, 8443),
    )
    host: str = setting(
        fields.String(),
        "The address to listen on. One that is not of this machine alone needs PROXIES.",
        default="127.0.0.1",
    )
    port: int = setting(
        fields.Integer(validate=validate.Range(min=0, max=65_535)),
        "The port to listen on.",
        default=8080,
    )
    workers: int = setting(
        fields.Integer(validate=validate.Range(min=1)), "Web processes to start.", default=2
    )
