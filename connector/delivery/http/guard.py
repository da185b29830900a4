"""Connections that look at the very address to which they connect, at the moment they do.

A name may stand for another address than it did when its URL was accepted. A connection that is
used again is still the one to the address that was looked at.
"""

import logging
import socket
import ssl
from ipaddress import IPv4Address
from typing import ClassVar

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

from connector.delivery.http.addresses import resolve
from connector.delivery.http.deadline import TimedSocket, TimedTLSSocket, remaining
from connector.delivery.http.targets import TargetRefused, TargetRules, vet

CONNECT_SECONDS = 5.0  # for each of a host's addresses

# It warns of a malformed header with the whole URL, and a hook's URL is a secret.
logging.getLogger("urllib3").setLevel(logging.ERROR)


def pools(
    rules: TargetRules, authorities: str, *, hosts: int, per_host: int
) -> urllib3.PoolManager:
    """Make pools of connections to targets that `rules` allow, and to none else.

    `authorities` is the file of certificate authorities to trust. Keeps connections to the last
    `hosts` hosts, `per_host` to each.
    """

    class Plain(_GuardedConnection):
        target_rules = rules

    class Encrypted(_GuardedTLSConnection):
        target_rules = rules

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Encrypted

    manager = urllib3.PoolManager(
        num_pools=hosts, maxsize=per_host, ssl_context=_tls(authorities), retries=False
    )
    manager.pool_classes_by_scheme = {"http": PlainPool, "https": EncryptedPool}
    return manager


class _GuardedConnection(HTTPConnection):
    target_rules: ClassVar[TargetRules]

    def _new_conn(self) -> socket.socket:
        return _connect(self, self.target_rules, is_encrypted=False)


class _GuardedTLSConnection(HTTPSConnection):
    target_rules: ClassVar[TargetRules]

    def _new_conn(self) -> socket.socket:
        return _connect(self, self.target_rules, is_encrypted=True)


def _connect(connection: HTTPConnection, rules: TargetRules, *, is_encrypted: bool) -> TimedSocket:
    try:
        addresses = resolve(connection.host.strip("[]"), remaining())
    except TimeoutError:
        raise
    except OSError:
        raise TargetRefused("The host was not found.", "host not found") from None
    vet(addresses, rules, is_encrypted=is_encrypted)
    failure: OSError | None = None
    for address in addresses:
        family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
        sock = TimedSocket(family, socket.SOCK_STREAM)
        try:
            for option in connection.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(min(CONNECT_SECONDS, remaining()))
            sock.connect((str(address), connection.port))
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure or OSError("The host has no address.")


def _tls(authorities: str) -> ssl.SSLContext:
    context = create_urllib3_context()
    context.load_verify_locations(authorities)
    context.sslsocket_class = TimedTLSSocket
    return context
