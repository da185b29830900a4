"""Where the bridge may listen: on this machine, or where a proxy stands before it."""

import socket
from collections.abc import Iterator

from gunicorn.systemd import SD_LISTEN_FDS_START, listen_fds

from connector.config import SettingError, Settings
from connector.config.loading import THIS_MACHINE


def check_listening(settings: Settings) -> None:
    """Refuse an address that others reach, unless a proxy is named, and where that is reached.

    A client that sends a request slowly holds a thread for as long as it likes: a proxy that
    buffers spares the bridge that. What a request says of the bridge's own name may be forged.
    Raises SettingError.
    """
    beyond = [each for each in _addresses(settings) if each not in THIS_MACHINE]
    if beyond and not settings.proxies:
        raise SettingError(
            f"PROXIES is missing: others reach {beyond[0]}, where slow clients would hold up the"
            " bridge. Put a proxy before it that buffers requests, as docs/running.md shows, and"
            " set PROXIES=1; or let it listen on 127.0.0.1."
        )
    if settings.public_url is None and (beyond or settings.proxies):
        raise SettingError(
            "PUBLIC_URL is missing: where others reach the bridge, its answers name it by that,"
            " and by nothing that a request says. Set it to where the proxy is reached, for example"
            " https://bridge.example.com."
        )


def _addresses(settings: Settings) -> Iterator[str]:
    """Name where it is to listen: the sockets that systemd hands over count instead of HOST."""
    handed_over = listen_fds(unset_environment=False)
    if not handed_over:
        yield settings.host.strip("[]")
    for number in range(SD_LISTEN_FDS_START, SD_LISTEN_FDS_START + handed_over):
        line = socket.socket(fileno=number)
        name = line.getsockname()
        line.detach()  # it stays open, for gunicorn
        yield name[0] if isinstance(name, tuple) else str(name)
