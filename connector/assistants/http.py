"""The streamable HTTP transport: `/mcp`, without sessions, so that any process may answer."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import simplejson
from mcp import MCPError, types
from mcp.server import ServerRequestContext
from mcp.server.transport_security import TransportSecuritySettings

from connector.assistants.bridge_calls import BridgeAway, BridgeCalls, Caller
from connector.assistants.offers import Offers, Refused
from connector.assistants.server import make_server

PATH = "/mcp"
LARGEST_BODY = 1024 * 1024  # bytes, as of the bridge
BODY_SECONDS = 20.0  # for a whole body to arrive
BEARER = "bearer "
NO_TOKEN = "Send the header Authorization: Bearer, followed by your bridge token."  # noqa: S105

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


def make_app(url: str, port: int, public_url: str | None = None) -> App:
    """Make the ASGI application that serves assistants of the bridge at `url`.

    It answers to names of this machine at `port`, and to that of `public_url`, whatever resolves
    to it: a web page that has its own name point here learns nothing (DNS rebinding). Of web pages
    only the bridge's own may call it.
    """
    bridge = BridgeCalls(url)
    offers = Offers(bridge)
    server = make_server(bridge, offers, caller_of_request)
    hosts = [f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")]
    origins = []
    if public_url is not None:
        address = urlsplit(public_url)
        hosts.append(address.netloc)
        origins.append(f"{address.scheme}://{address.netloc}")
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=LARGEST_BODY,
        transport_security=TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins),
    )
    return Gate(app, offers)


def caller_of_request(context: ServerRequestContext[Any, Any]) -> Caller:
    """Return who sent the HTTP request that a message came with. Raises MCPError."""
    headers = context.request.headers if context.request is not None else {}
    caller = _caller(headers.get("authorization"), headers.get("x-forwarded-for"))
    if caller is None:
        raise MCPError(types.INVALID_REQUEST, NO_TOKEN)
    return caller


class Gate:
    """Lets in who has a token that the bridge answers, and waits for a body only so long.

    There is one way to ask, POST: no stream is held open, since the server says nothing by itself.
    """

    def __init__(self, app: App, offers: Offers) -> None:
        self._app = app
        self._offers = offers

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve a request (ASGI)."""
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._app(scope, receive, send)
            return
        if scope["method"] != "POST":
            sentence = "Only POST is answered here: the server has nothing to say by itself."
            await _refuse(send, HTTPStatus.METHOD_NOT_ALLOWED, sentence, (b"allow", b"POST"))
            return
        sent = {name: value.decode("latin-1") for name, value in scope["headers"]}
        caller = _caller(sent.get(b"authorization"), sent.get(b"x-forwarded-for"))
        if caller is None:
            await _refuse_token(send, NO_TOKEN)
            return
        try:
            await asyncio.to_thread(self._offers.to, caller)
        except Refused as error:
            if error.status == HTTPStatus.UNAUTHORIZED:
                await _refuse_token(send, str(error))
            else:
                later = error.retry_after
                headers = [] if later is None else [(b"retry-after", later.encode())]
                await _refuse(send, HTTPStatus(error.status), str(error), *headers)
            return
        except BridgeAway as error:
            await _refuse(send, HTTPStatus.BAD_GATEWAY, str(error))
            return
        await self._app(scope, _in_time(receive), send)


def _caller(authorization: str | None, forwarded_for: str | None) -> Caller | None:
    sent = (authorization or "").strip()
    token = sent[len(BEARER) :].strip() if sent.lower().startswith(BEARER) else ""
    # what no header can carry on is no token either
    return (
        Caller(token, forwarded_for) if token.isascii() and token.isprintable() and token else None
    )


def _in_time(receive: Receive) -> Receive:
    """Give up on a body that comes too slowly; what comes after it is waited for."""
    deadline = asyncio.get_running_loop().time() + BODY_SECONDS
    is_whole = False

    async def receive_in_time() -> Message:
        nonlocal is_whole
        if is_whole:
            return await receive()
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        is_whole = not message.get("more_body", False)
        return message

    return receive_in_time


async def _refuse_token(send: Send, sentence: str) -> None:
    challenge = (b"www-authenticate", b'Bearer realm="returngo-connector"')
    await _refuse(send, HTTPStatus.UNAUTHORIZED, sentence, challenge)


async def _refuse(
    send: Send, status: HTTPStatus, sentence: str, *headers: tuple[bytes, bytes]
) -> None:
    """Refuse a request with a problem (RFC 9457)."""
    document = {"title": status.phrase, "status": status.value, "detail": sentence}
    body = simplejson.dumps(document).encode()
    known = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
    ]
    start = {"type": "http.response.start", "status": status.value, "headers": [*known, *headers]}
    await send(start)
    await send({"type": "http.response.body", "body": body})
