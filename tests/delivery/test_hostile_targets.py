"""No hook goes to what is not on the public internet, whatever its URL looks like."""

from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Any

import pytest

from connector.delivery import Sender, TargetRefused, TargetRules, check_url
from connector.delivery.http.deadline import TimedSocket
from tests.delivery.conftest import LOCAL, Resolver
from tests.delivery.receivers import Receiver, answering, receiving

# Any port, so that it is the address for which a URL is refused.
STRICT = TargetRules(ports=range(1, 65_536))
PUBLIC = "93.184.215.14"

# {port} is one where something listens on 127.0.0.1.
HOSTILE = {
    "private 10/8": "https://10.0.0.1:{port}/",
    "private 10/8, its end": "https://10.255.255.255:{port}/",
    "private 172.16/12": "https://172.16.0.1:{port}/",
    "private 172.16/12, its end": "https://172.31.255.254:{port}/",
    "private 192.168/16": "https://192.168.1.1:{port}/",
    "loopback": "https://127.0.0.1:{port}/",
    "loopback, another": "https://127.8.9.10:{port}/",
    "loopback over http": "http://127.0.0.1:{port}/",
    "loopback IPv6": "https://[::1]:{port}/",
    "loopback IPv6 written out": "https://[0:0:0:0:0:0:0:1]:{port}/",
    "this host": "https://0.0.0.0:{port}/",
    "this network": "https://0.1.2.3:{port}/",
    "zero": "https://0:{port}/",
    "unspecified IPv6": "https://[::]:{port}/",
    "link-local": "https://169.254.1.1:{port}/",
    "metadata": "https://169.254.169.254/latest/meta-data/",
    "metadata over http": "http://169.254.169.254/latest/meta-data/",
    "metadata of containers": "https://169.254.170.2/v2/credentials",
    "metadata IPv6": "https://[fd00:ec2::254]/latest/meta-data/",
    "metadata at Alibaba": "https://100.100.100.200/latest/meta-data/",
    "metadata at Oracle": "https://192.0.0.192/opc/v1/instance/",
    "metadata at Azure": "https://168.63.129.16/machine?comp=goalstate",
    "metadata by decimal": "https://2852039166/latest/meta-data/",
    "metadata in IPv4-mapped": "https://[::ffff:169.254.169.254]/",
    "metadata in NAT64": "https://[64:ff9b::169.254.169.254]/",
    "metadata in 6to4": "https://[2002:a9fe:a9fe::1]/",
    "link-local IPv6": "https://[fe80::1]:{port}/",
    "link-local IPv6 with a zone": "https://[fe80::1%25lo]:{port}/",
    "loopback IPv6 with a zone": "https://[::1%25lo]:{port}/",
    "site-local": "https://[fec0::1]:{port}/",
    "unique local fc00": "https://[fc00::1]:{port}/",
    "unique local fd": "https://[fd12:3456:789a::1]:{port}/",
    "carrier-grade NAT": "https://100.64.0.1:{port}/",
    "protocols": "https://192.0.0.8:{port}/",
    "documentation 1": "https://192.0.2.1:{port}/",
    "documentation 2": "https://198.51.100.1:{port}/",
    "documentation 3": "https://203.0.113.1:{port}/",
    "documentation IPv6": "https://[2001:db8::1]:{port}/",
    "documentation IPv6, new": "https://[3fff::1]:{port}/",
    "benchmarks": "https://198.18.0.1:{port}/",
    "benchmarks IPv6": "https://[2001:2::1]:{port}/",
    "6to4 relay": "https://192.88.99.1:{port}/",
    "multicast": "https://224.0.0.1:{port}/",
    "multicast, the end": "https://239.255.255.250:{port}/",
    "multicast IPv6": "https://[ff02::1]:{port}/",
    "multicast IPv6, global": "https://[ff0e::1]:{port}/",
    "reserved": "https://240.0.0.1:{port}/",
    "broadcast": "https://255.255.255.255:{port}/",
    "NAT64 of loopback": "https://[64:ff9b::7f00:1]:{port}/",
    "NAT64 of a public address": "https://[64:ff9b::8.8.8.8]:{port}/",
    "NAT64, local": "https://[64:ff9b:1::7f00:1]:{port}/",
    "6to4 of loopback": "https://[2002:7f00:1::1]:{port}/",
    "Teredo": "https://[2001:0:4136:e378:8000:63bf:80ff:fffe]:{port}/",
    "ORCHID": "https://[2001:20::1]:{port}/",
    "IPv4-compatible": "https://[::127.0.0.1]:{port}/",
    "IPv4-compatible, public": "https://[::8.8.8.8]:{port}/",
    "IPv4-mapped": "https://[::ffff:127.0.0.1]:{port}/",
    "IPv4-mapped in hex": "https://[::ffff:7f00:1]:{port}/",
    "IPv4-mapped, public": "https://[::ffff:8.8.8.8]:{port}/",
    "IPv4-translated": "https://[::ffff:0:127.0.0.1]:{port}/",
    "discard only": "https://[100::1]:{port}/",
    "segment routing": "https://[5f00::1]:{port}/",
    "decimal": "https://2130706433:{port}/",
    "octal": "https://0177.0.0.1:{port}/",
    "octal in one": "https://017700000001:{port}/",
    "hex": "https://0x7f.0.0.1:{port}/",
    "hex in one": "https://0x7f000001:{port}/",
    "hex and short": "https://0x7f.1:{port}/",
    "short": "https://127.1:{port}/",
    "octal with zeros before": "https://0000177.0.0.01:{port}/",
    "decimal private": "https://167772161:{port}/",
    "trailing dot": "https://127.0.0.1.:{port}/",
    "two trailing dots": "https://127.0.0.1..:{port}/",
    "localhost": "https://localhost:{port}/",
    "localhost with a dot": "https://localhost.:{port}/",
    "localhost in capitals": "https://LOCALHOST:{port}/",
    "under localhost": "https://hooks.localhost:{port}/",
    "localdomain": "https://localhost.localdomain:{port}/",
    "mDNS": "https://printer.local:{port}/",
    "internal": "https://metadata.google.internal/computeMetadata/v1/",
    "one label": "https://database:{port}/",
    "unknown name": "https://nowhere.example.com:{port}/",
    "name of loopback": "https://loopback.example.com:{port}/",
    "name of loopback with a dot": "https://loopback.example.com.:{port}/",
    "name of loopback IPv6": "https://loopback6.example.com:{port}/",
    "name of metadata": "https://metadata.example.com:{port}/",
    "name of a public and a private address": "https://mixed.example.com:{port}/",
    "name of a private and a public address": "https://mixed-too.example.com:{port}/",
    "name of NAT64": "https://nat64.example.com:{port}/",
    "public over http": "http://public.example.com:{port}/",
    "user name": "https://public.example.com@127.0.0.1:{port}/",
    "user name before a public host": "https://user@public.example.com:{port}/",
    "password": "https://user:secret@public.example.com/",
    "empty user name": "https://@127.0.0.1:{port}/",
    "two at signs": "https://a@public.example.com@127.0.0.1:{port}/",
    "user name that looks like a path": "https://public.example.com%2F@127.0.0.1:{port}/",
    "backslash": "https://public.example.com\\@127.0.0.1:{port}/",
    "backslashes for slashes": "https:\\\\127.0.0.1:{port}\\",
    "space": "https://public.example.com /",
    "space before": " https://127.0.0.1:{port}/",
    "tab in the host": "https://127.0\t.0.1:{port}/",
    "line break": "https://public.example.com/\r\nHost: 127.0.0.1",
    "NUL": "https://127.0.0.1\0.example.com:{port}/",
    "full-width digits": "https://１２７.0.0.1:{port}/",
    "circled digits": "https://①②⑦.⓪.⓪.①:{port}/",
    "ideographic dots": "https://127。0。0。1:{port}/",
    "full-width dots": "https://127．0．0．1:{port}/",
    "full-width letters": "https://ｌｏｃａｌｈｏｓｔ:{port}/",
    "percent-encoded host": "https://%31%32%37.0.0.1:{port}/",
    "percent-encoded dot": "https://127%2e0.0.1:{port}/",
    "port 0": "https://public.example.com:0/",
    "port too large": "https://public.example.com:65536/",
    "port below 0": "https://public.example.com:-1/",
    "port of letters": "https://public.example.com:80a/",
    "two ports": "https://public.example.com:443:{port}/",
    "IPv6 without its end": "https://[::1:{port}/",
    "no host": "https:///127.0.0.1:{port}/",
    "no host but a port": "https://:{port}/",
    "no slashes": "https:127.0.0.1:{port}/",
    "no scheme": "127.0.0.1:{port}/",
    "scheme-relative": "//127.0.0.1:{port}/",
    "nothing": "",
    "file": "file:///etc/passwd",
    "ftp": "ftp://127.0.0.1:{port}/",
    "gopher": "gopher://127.0.0.1:{port}/_POST",
    "javascript": "javascript:alert(1)",
    "too long": "https://public.example.com/" + "a" * 2000,
    "long host": "https://" + "a." * 130 + "example.com/",
    "long label": "https://" + "a" * 64 + ".example.com/",
}
WELL_WRITTEN = {"public.example.com": [PUBLIC]}
NAMES = WELL_WRITTEN | {
    "database": ["10.0.0.5"],
    "loopback.example.com": ["127.0.0.1"],
    "loopback6.example.com": ["::1"],
    "metadata.example.com": ["169.254.169.254"],
    "mixed.example.com": [PUBLIC, "127.0.0.1"],
    "mixed-too.example.com": ["127.0.0.1", PUBLIC],
    "nat64.example.com": ["64:ff9b::7f00:1"],
    # Names that a resolver of this machine may well know.
    **{name: ["127.0.0.1"] for name in ("localhost", "hooks.localhost", "localhost.localdomain")},
    # Refused for what they are, whatever a resolver says.
    **{name: [PUBLIC] for name in ("printer.local", "metadata.google.internal")},
}

each_hostile = pytest.mark.parametrize("template", HOSTILE.values(), ids=list(HOSTILE))


@pytest.fixture(scope="module")
def listener() -> Iterator[Receiver]:
    with receiving(answering()) as receiver:
        yield receiver


@pytest.fixture(scope="module")
def strict_sender() -> Iterator[Sender]:
    made = Sender(STRICT, seconds=10)
    yield made
    made.close()


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that a connection was tried to."""
    tried: list[Any] = []

    def connect(sock: TimedSocket, address: Any) -> None:
        tried.append(address)
        super(TimedSocket, sock).connect(address)

    monkeypatch.setattr(TimedSocket, "connect", connect, raising=False)
    return tried


def test_there_are_enough_of_them():
    assert len(set(HOSTILE.values())) == len(HOSTILE) >= 60


@each_hostile
def test_a_hostile_url_is_refused_when_it_is_given(template: str, names: Resolver):
    names(NAMES)

    with pytest.raises(TargetRefused) as refusal:
        check_url(template.format(port=8443), STRICT)

    assert str(refusal.value).startswith("The ")
    assert str(refusal.value).endswith(".")
    assert "secret" not in str(refusal.value)


@each_hostile
def test_nothing_is_sent_to_a_hostile_url(
    template: str,
    names: Resolver,
    listener: Receiver,
    attempts: list[Any],
    strict_sender: Sender,
):
    names(NAMES)

    reply = strict_sender.send(template.format(port=listener.port), b"{}", {})

    assert (reply.status, reply.is_timeout) == (None, False)
    assert reply.failure
    assert attempts == []
    assert listener.connections == 0


def test_the_listener_would_have_counted(attempts: list[Any], sender: Callable[..., Sender]):
    with receiving(answering()) as receiver:
        reply = sender(LOCAL).send(receiver.url, b"{}", {})

    assert reply.failure is None
    assert attempts == [("127.0.0.1", receiver.port)]
    assert receiver.connections == 1


def test_a_name_that_changes_its_address_is_looked_at_again(
    names: Resolver, listener: Receiver, attempts: list[Any], strict_sender: Sender
):
    names({"rebound.example.com": chain([[PUBLIC]], repeat(["127.0.0.1"]))})

    url = check_url(f"https://rebound.example.com:{listener.port}/hook", STRICT)
    reply = strict_sender.send(url, b"{}", {})

    assert reply.failure == "resolves to a private address"
    assert attempts == []
    assert listener.connections == 0


def test_what_was_looked_at_is_what_is_connected_to(
    names: Resolver, attempts: list[Any], sender: Callable[..., Sender]
):
    """The second answer, which a client that resolves once more would get, is another."""
    with receiving(answering()) as listener, receiving(answering()) as other:
        names({"hooks.example.com": iter([["127.0.0.1"], ["127.0.0.9"]])})
        reply = sender().send(f"http://hooks.example.com:{listener.port}/", b"{}", {})

    assert reply.failure is None
    assert attempts == [("127.0.0.1", listener.port)]
    assert (listener.connections, other.connections) == (1, 0)
    assert listener.requests[0][1]["host"] == f"hooks.example.com:{listener.port}"


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int, listener: Receiver, sender: Callable[..., Sender]):
    with receiving(answering(status, Location=listener.url)) as redirecting:
        reply = sender().send(redirecting.url, b"{}", {})

    assert (reply.status, reply.failure) == (status, "redirected")
    assert len(redirecting.requests) == 1
    assert listener.connections == 0


@pytest.mark.parametrize(
    "target",
    [
        "https://10.0.0.1/",
        "http://169.254.169.254/",
        "https://[fd00:ec2::254]/",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
        "http://public.example.com/",
        "http://mixed.example.com/",
    ],
)
def test_what_is_allowed_locally_is_this_machine_and_no_more(
    target: str, names: Resolver, attempts: list[Any], sender: Callable[..., Sender]
):
    names(NAMES)

    with pytest.raises(TargetRefused):
        check_url(target, LOCAL)

    assert sender(LOCAL).send(target, b"{}", {}).failure == "resolves to a private address"
    assert attempts == []
