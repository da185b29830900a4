"""A real PostgreSQL server with a certificate: who names its authority is encrypted, or refused."""

import ipaddress
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy.engine import make_url

from connector.store import Store, StoreUnavailable, Watch, migrate
from tests.cluster import USER, Cluster, running_cluster
from tests.processes import command

PEM = serialization.Encoding.PEM
NOWHERE = "http://127.0.0.1:9"
PASSWORD = "planted-password"


class Authority:
    """A certificate authority of a test's own."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        basics = x509.BasicConstraints(ca=True, path_length=None)
        made = self._draft(self._name, self._key).add_extension(basics, critical=True)
        self.certificate = made.sign(self._key, hashes.SHA256()).public_bytes(PEM)

    def certify(self, address: str) -> tuple[bytes, bytes]:
        """Return a certificate for an IP address, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a server")])
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        made = self._draft(name, key).add_extension(names, critical=False)
        private = serialization.PrivateFormat.PKCS8
        return (
            made.sign(self._key, hashes.SHA256()).public_bytes(PEM),
            key.private_bytes(PEM, private, serialization.NoEncryption()),
        )

    def _draft(self, name: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )


@dataclass(frozen=True)
class Guarded:
    """A server with a certificate, and the files of its authority and of another."""

    cluster: Cluster
    authority: Path
    another: Path

    def url(self, authority: Path, host: str = "127.0.0.1") -> str:
        """Return what leads to it, and trusts an authority alone."""
        named = {"sslmode": "verify-full", "sslrootcert": str(authority)}
        url = make_url(self.cluster.url()).set(host=host, password=PASSWORD)
        return url.update_query_dict(named).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("authorities")
    authority = Authority("our authority")
    (folder / "ca.pem").write_bytes(authority.certificate)
    (folder / "another.pem").write_bytes(Authority("another authority").certificate)
    with running_cluster() as cluster:
        for name, content in zip(
            ("server.crt", "server.key"), authority.certify("127.0.0.1"), strict=True
        ):
            path = cluster.folder / name
            path.touch(mode=0o600)
            path.write_bytes(content)
            if os.getuid() == 0:  # the server reads a key of its own alone
                os.chown(path, pwd.getpwnam(USER).pw_uid, pwd.getpwnam(USER).pw_gid)
        cluster.sql("ALTER SYSTEM SET ssl = on")
        cluster.stop()
        cluster.start()
        yield Guarded(cluster, folder / "ca.pem", folder / "another.pem")


def test_every_connection_to_a_server_whose_authority_is_named_is_encrypted(server: Guarded):
    store = Store(server.url(server.authority))
    migrate(store)
    watch = Watch(store)
    watch.wait(0)
    assert store.stamp() is not None
    ours = "FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE client_port > 0 AND NOT (%s)"
    with store.read():
        aside = "query LIKE '%pg_stat_ssl%'"  # who asks this
        assert server.cluster.sql(f"SELECT count(*) {ours % aside} AND ssl") == "3"
        assert server.cluster.sql(f"SELECT count(*) {ours % aside} AND NOT ssl") == "0"
    watch.close()
    store.close()


@pytest.mark.parametrize("words", [("run",), ("worker",)])
def test_a_server_that_another_authority_vouches_for_is_refused_at_the_start(
    server: Guarded, words: tuple[str, ...]
):
    done = command(NOWHERE, server.url(server.another), *words)
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert "DATABASE_URL cannot be used: " in said
    assert "certificate verify failed" in said
    assert PASSWORD not in said
    assert "Traceback" not in said


def test_a_server_of_another_name_than_its_certificates_is_refused(server: Guarded):
    other = Store(server.url(server.authority, host="localhost"))
    with pytest.raises(StoreUnavailable) as error:
        other.ping()
    assert PASSWORD not in str(error.value)
    other.close()
