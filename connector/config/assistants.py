"""Settings of the assistants' server, which needs none of the bridge's secrets."""

from dataclasses import dataclass, field, fields

from marshmallow import fields as read
from marshmallow import validate

from connector.config.declaring import setting
from connector.config.settings import Settings

_OF_THE_BRIDGE = {each.name: each.metadata for each in fields(Settings)}


@dataclass(frozen=True, kw_only=True)
class SettingsOfAssistants:
    """How the assistants' server is set up; see `Settings`."""

    bridge_url: str = setting(
        read.Url(
            schemes={"http", "https"},
            require_tld=False,
            error_messages={"invalid": "not a URL"},
            validate=validate.Regexp(
                r"https://[^?#]+\Z|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?/?\Z",
                error="it must start with https://, unless it is on this machine",
            ),
        ),
        "Where `python -m connector mcp` finds the bridge, by https unless both are on one"
        " machine.",
        default="http://127.0.0.1:8080",
    )
    mcp_token: str | None = setting(
        read.String(),
        "The bridge token of an assistant that is served by standard input and output. Over HTTP"
        " each sends its own.",
        default=None,
        secret=True,
    )
    mcp_host: str = setting(
        read.String(),
        "The address that `python -m connector mcp --http` listens on. One that is not of this"
        " machine alone needs PUBLIC_URL, and a proxy that buffers requests.",
        default="127.0.0.1",
    )
    mcp_port: int = setting(
        read.Integer(validate=validate.Range(min=0, max=65_535)),
        "The port that it listens on.",
        default=8090,
    )
    public_url: str | None = field(metadata=_OF_THE_BRIDGE["public_url"])
