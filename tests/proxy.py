"""A proxy in front of a server, which can fall silent: it takes everything and answers nothing."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """Forwards connections to a server, unless it is silent; another may take its place."""

    host: str
    server_port: int
    port: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _speaks: asyncio.Event = field(default_factory=asyncio.Event)

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Let nothing through, either way, until the end of the block."""
        self._loop.call_soon_threadsafe(self._speaks.clear)
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._speaks.set)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await asyncio.open_connection(self.host, self.server_port)
        except OSError:
            writer.close()  # the server is away
            return
        with suppress(asyncio.CancelledError):  # the proxy ends
            await asyncio.gather(
                self._forward(reader, there_writer), self._forward(there_reader, writer)
            )

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while some := await reader.read(65536):
                await self._speaks.wait()
                writer.write(some)
                await writer.drain()
        except ConnectionError:
            pass  # one side has gone, and so goes the other
        finally:
            writer.close()

    def _run(self, has_begun: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._speaks.set()
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        has_begun.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()


@contextmanager
def proxying(host: str, port: int) -> Iterator[Proxy]:
    """Stand in front of a server until the end of the block."""
    proxy = Proxy(host, port)
    has_begun = threading.Event()
    thread = threading.Thread(target=proxy._run, args=[has_begun])
    thread.start()
    has_begun.wait()
    try:
        yield proxy
    finally:
        proxy._loop.call_soon_threadsafe(proxy._loop.stop)
        thread.join()
