"""Which IP addresses are on the public internet, and what a host's name stands for."""

import socket
import threading
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# IANA's special-purpose registries. `ipaddress.is_global` lets several of these through.
_NOT_PUBLIC = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # a carrier's own
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's own services, inside each of its machines
        "169.254.0.0/16",  # link-local, and the clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocols, and Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # protocols: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3ffe::/16",  # a closed experiment
        "3fff::/20",  # documentation
    )
)
# Outside of it lie loopback, ::/96, IPv4-mapped, NAT64, unique local, link-local, site-local and
# multicast.
_GLOBAL_UNICAST = ip_network("2000::/3")
_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))

Address = IPv4Address | IPv6Address


def is_public(address: Address) -> bool:
    """Return whether an address is one machine on the public internet, and nothing in disguise."""
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return not any(address in network for network in _NOT_PUBLIC)


def is_loopback(address: Address) -> bool:
    """Return whether an address is this machine, written plainly."""
    return any(address in network for network in _LOOPBACK)


def resolve(host: str, seconds: float) -> list[Address]:
    """Look up what `host` stands for: a name, or an IP address however it is written.

    Raises TimeoutError, and OSError when there is no such host.
    """
    found: Future[list[Address]] = Future()

    def look_up() -> None:
        try:
            infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found.set_result(list(dict.fromkeys(ip_address(info[4][0]) for info in infos)))
        except (OSError, ValueError) as error:
            found.set_exception(error if isinstance(error, OSError) else OSError(str(error)))

    # The resolver has no time-out of its own that could be set. A thread of its own for each, so
    # that names that hang never wait in line before others.
    threading.Thread(target=look_up, daemon=True, name="resolve").start()
    return found.result(timeout=seconds)
