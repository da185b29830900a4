import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connector.connections import Connection
from connector.delivery import Sender, TargetRules
from connector.delivery.http import targets
from connector.store import Store, Vault
from tests.delivery.bureau import Bureau
from tests.stand_ins import HandClock, HandSender

LOCAL = TargetRules(allow_local=True)

Resolver = Callable[[Mapping[str, Sequence[str] | Iterator[Sequence[str]]]], None]


@pytest.fixture
def sender() -> Iterator[Callable[..., Sender]]:
    """Make senders that may reach this machine, and close them."""
    with ExitStack() as stack:

        def make(rules: TargetRules = LOCAL, *, seconds: float = 10.0, **options: Any) -> Sender:
            made = Sender(rules, seconds=seconds, **options)
            stack.callback(made.close)
            return made

        yield make


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    """Say what names stand for; an iterator gives another answer each time. Others are unknown."""
    real: Any = socket.getaddrinfo
    known: dict[str, Any] = {}

    def resolve(host: str, port: int | None, **options: Any) -> list[Any]:
        if host in known:
            answer = known[host]
            addresses = answer if isinstance(answer, list | tuple) else next(answer)
            return [each for text in addresses for each in real(text, port, **options)]
        found: list[Any] = real(host, port, flags=socket.AI_NUMERICHOST, **options)
        return found

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known.update


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate: for whoever serves, and the file for whoever trusts it."""

    server: ssl.SSLContext
    path: str


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for hooks.example.com and 127.0.0.1."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example.com")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [
                    x509.DNSName("hooks.example.com"),
                    x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
                ]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = serialization.PrivateFormat.PKCS8
    (folder / "certificate.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, private, serialization.NoEncryption()))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return Certificate(server, str(folder / "certificate.pem"))


@pytest.fixture
def public_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look nothing up outside: any name stands for a public address."""

    def resolve(host: str, _seconds: float) -> list[Any]:
        try:
            return [ipaddress.ip_address(host)]
        except ValueError:
            return [ipaddress.ip_address("93.184.215.14")]

    monkeypatch.setattr(targets, "resolve", resolve)


@pytest.fixture
def bureau(
    each_store: Store,
    vault: Vault,
    clock: HandClock,
    connection: Connection,
    public_names: None,  # noqa: ARG001
) -> Bureau:
    """A bureau over every sort of database, whose first reading has ended."""
    bureau = Bureau(each_store, vault, clock, HandSender(), connection)
    bureau.ready()
    return bureau
