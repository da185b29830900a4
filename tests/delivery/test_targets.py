import socket
import threading
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.delivery import TargetRefused, TargetRules, check_url
from connector.delivery.http.addresses import is_loopback, is_public
from connector.delivery.http.targets import LONGEST_URL, read_url, vet
from tests.delivery.conftest import LOCAL, Resolver

STRICT = TargetRules()
FORBIDDEN = [
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24",
    "192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4",
    "240.0.0.0/4 255.255.255.255/32 ::/96 ::1/128 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b::/96",
    "64:ff9b:1::/48 100::/64 2001::/32 2001:2::/48 2001:10::/28 2001:db8::/32 2002::/16 3fff::/20",
    "5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8",
]
PUBLIC = [
    "1.1.1.0/24 8.8.8.0/24 11.0.0.0/8 93.184.0.0/16 100.128.0.0/9 172.32.0.0/11 192.167.0.0/16",
    "2600:1f00::/24 2606:4700::/32 2a00:1450::/32 2400:cb00::/32 2003::/19",
]


def networks(rows: list[str]) -> st.SearchStrategy[Any]:
    each = [ip_network(text) for row in rows for text in row.split()]
    return st.sampled_from(each).flatmap(lambda network: st.ip_addresses(network=network))


@given(networks(FORBIDDEN))
def test_no_address_of_a_forbidden_network_passes(address: Any):
    with pytest.raises(TargetRefused):
        vet([address], STRICT, is_encrypted=True)
    with pytest.raises(TargetRefused):
        vet([ip_address("8.8.8.8"), address], STRICT, is_encrypted=True)


@given(networks(PUBLIC))
def test_a_public_address_passes_over_https_alone(address: Any):
    for rules in (STRICT, LOCAL):
        vet([address], rules, is_encrypted=True)
        with pytest.raises(TargetRefused):
            vet([address], rules, is_encrypted=False)


@given(networks(FORBIDDEN), st.booleans())
def test_only_loopback_passes_in_addition(address: Any, is_encrypted: bool):
    if is_loopback(address):
        vet([address], LOCAL, is_encrypted=is_encrypted)
    else:
        with pytest.raises(TargetRefused):
            vet([address], LOCAL, is_encrypted=is_encrypted)


@given(st.ip_addresses())
def test_what_passes_is_global_to_python_as_well(address: IPv4Address | IPv6Address):
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@pytest.mark.parametrize(
    ("given_url", "normal"),
    [
        ("https://hooks.example.com", "https://hooks.example.com/"),
        ("HTTPS://Hooks.Example.COM/Catch/1?A=b", "https://hooks.example.com/Catch/1?A=b"),
        ("https://hooks.example.com.:443/a/#part", "https://hooks.example.com/a/"),
        ("https://hooks.example.com:8443?x=@y", "https://hooks.example.com:8443/?x=@y"),
        ("https://hooks.example.com/@me/%c3%a9", "https://hooks.example.com/@me/%C3%A9"),
        ("https://xn--bcher-kva.example.com/", "https://xn--bcher-kva.example.com/"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://[2606:4700:0::1111]/", "https://[2606:4700:0::1111]/"),
    ],
)
def test_a_good_url_is_answered_in_its_normal_form(given_url: str, normal: str, names: Resolver):
    names({"hooks.example.com": ["93.184.215.14"], "xn--bcher-kva.example.com": ["2a00:1450::1"]})

    assert check_url(given_url, STRICT) == normal
    assert check_url(normal, STRICT) == normal


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
def test_the_normal_form_stays_what_it_is(rest: str):
    try:
        normal = read_url(f"https://hooks.example.com/{rest}", STRICT).url
    except TargetRefused:
        assert "\\" in rest
        return
    assert read_url(normal, STRICT).url == normal


def test_a_url_that_grows_too_long_is_refused():
    with pytest.raises(TargetRefused, match="longer than the 2000"):
        read_url("https://hooks.example.com/" + '"' * (LONGEST_URL // 2), STRICT)


def test_a_target_is_on_a_port_that_is_accepted(names: Resolver):
    names({"hooks.example.com": ["93.184.215.14"]})
    rules = TargetRules(ports=(443, 5000))
    for url in ("https://hooks.example.com/", "https://hooks.example.com:5000/"):
        assert check_url(url, rules) == url
    with pytest.raises(TargetRefused, match="port is 8443; accepted: 443, 5000"):
        check_url("https://hooks.example.com:8443/", rules)


def test_this_machine_is_accepted_where_that_is_allowed(names: Resolver):
    names({"localhost": ["127.0.0.1", "::1"]})

    assert check_url("http://localhost:5000/x", LOCAL) == "http://localhost:5000/x"
    assert check_url("http://127.0.0.1:80", LOCAL) == "http://127.0.0.1/"
    assert check_url("https://[::1]:5000/", LOCAL) == "https://[::1]:5000/"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://hooks.example.com/", "must begin with https://, for example https://hooks."),
        ("https://me:pw@hooks.example.com/", "Leave out all up to the @"),
        ("https://hooks.example.com:0/", "port is 0; accepted: 443, 8443"),
        ("https://hooks.example.com:22/", "port is 22; accepted: 443, 8443"),
        ("https://hooks.example.com/" + "x" * 2000, "has 2026 characters; 2000 are accepted"),
        ("https://hooks.example.com/a b", "Write it percent-encoded"),
        ("https://nowhere.example.com/", "host nowhere.example.com was not found"),
        ("https://inside.example.com/", "not on the public internet"),
    ],
)
def test_a_refusal_says_what_is_accepted(url: str, sentence: str, names: Resolver):
    names({"hooks.example.com": ["8.8.8.8"], "inside.example.com": ["10.0.0.1"]})

    with pytest.raises(TargetRefused, match=sentence) as refusal:
        check_url(url, STRICT)

    assert "10.0.0.1" not in str(refusal.value)


def test_a_lookup_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch):
    ended = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: ended.wait(20) and [])
    try:
        with pytest.raises(TargetRefused, match="could not be looked up in time"):
            check_url("https://hooks.example.com/", STRICT, seconds=0.05)
    finally:
        ended.set()
