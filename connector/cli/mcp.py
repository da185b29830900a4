"""python -m connector mcp: what the bridge offers, for assistants (docs/assistants.md)."""

import asyncio
import logging
import socket

import click
import structlog
import uvicorn
from mcp.server.stdio import stdio_server

from connector import logs
from connector.assistants import make_server
from connector.assistants.bridge_calls import BridgeCalls, Caller
from connector.assistants.http import make_app
from connector.assistants.offers import Offers
from connector.cli.opened import sentences
from connector.config import SettingError, SettingsOfAssistants, load_assistants

MOST_AT_ONCE = 100  # requests; what comes beyond them is told to come back
STOPPING_SECONDS = 65  # what is being done ends first
IDLE_SECONDS = 75  # more than a proxy keeps a connection

log = structlog.get_logger()


@click.command()
@click.option("--http", "over_http", is_flag=True, help="Serve at /mcp, to any number of clients.")
def mcp(over_http: bool) -> None:
    """Serve assistants by the Model Context Protocol: on standard input and output, or by HTTP.

    It calls the bridge at BRIDGE_URL, and knows neither its database nor ReturnGO's key.
    """
    logs.configure(logging.INFO if over_http else logging.WARNING)
    with sentences():
        settings = load_assistants()
        if over_http:
            _serve(settings)
        else:
            asyncio.run(_talk(settings))


async def _talk(settings: SettingsOfAssistants) -> None:
    if settings.mcp_token is None:
        raise SettingError(
            "MCP_TOKEN is missing: make a token for the assistant, on the bridge's page or with"
            " python -m connector tokens add, and set it."
        )
    caller = Caller(settings.mcp_token)
    bridge = BridgeCalls(settings.bridge_url)
    server = make_server(bridge, Offers(bridge), lambda _: caller)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def _serve(settings: SettingsOfAssistants) -> None:
    host = settings.mcp_host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        line = socket.create_server((host, settings.mcp_port), family=family)
    except OSError as error:
        raise SettingError(
            f"MCP_HOST and MCP_PORT name {host}:{settings.mcp_port}, where nothing can listen:"
            f" {error.strerror}."
        ) from error
    port = line.getsockname()[1]
    app = make_app(settings.bridge_url, port, settings.public_url)
    log.info("mcp.listening", url=f"http://{settings.mcp_host}:{port}/mcp")
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_AT_ONCE,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOPPING_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[line])
