"""Shopify's signature: as its documents and its own package for Node have it, and nothing else."""

import json
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from connector.storefront.signature import SignatureRefused, Visit, canonical, sign, verify
from tests.node_tools import NODE, node_with

SECRET = "hush"
NOW = datetime(2026, 2, 4, 12, tzinfo=UTC)
PACKAGE = "@shopify/shopify-api"
# The example of Shopify's documents.
EXAMPLE = [
    ("extra", "1"),
    ("extra", "2"),
    ("shop", "shop-name.myshopify.com"),
    ("logged_in_customer_id", "1"),
    ("path_prefix", "/apps/awesome_reviews"),
    ("timestamp", "1317327555"),
]
EXAMPLE_SIGNATURE = "4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb"
VALUES = some.text(some.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
# No name begins with another: there Shopify's package sorts names, and its documents whole pairs.
NAMES = some.sampled_from(["abc", "locale", "view", "zoom"])
QUERIES = some.dictionaries(NAMES, some.lists(VALUES, min_size=1, max_size=3))


def signed(now: datetime = NOW, **changes: str) -> list[tuple[str, str]]:
    own = {
        "shop": "demo.myshopify.com",
        "logged_in_customer_id": "42",
        "path_prefix": "/apps/returns",
        "timestamp": str(int(now.timestamp())),
        **changes,
    }
    pairs = [*own.items()]
    return [*pairs, ("signature", sign(pairs, SECRET))]


def test_the_example_of_shopifys_documents_has_its_signature() -> None:
    assert sign(EXAMPLE, SECRET) == EXAMPLE_SIGNATURE


def test_a_signed_visit_is_read() -> None:
    visit = Visit("demo.myshopify.com", "42", "/apps/returns")
    assert verify(signed(), SECRET, NOW) == visit
    assert verify(signed(logged_in_customer_id=""), SECRET, NOW).customer_id is None


@pytest.mark.parametrize("seconds", [-91, 91])
def test_what_was_not_signed_just_now_is_refused(seconds: int) -> None:
    with pytest.raises(SignatureRefused, match="just now"):
        verify(signed(), SECRET, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param(signed(timestamp="soon"), id="a timestamp that is none"),
        pytest.param(signed(shop="demo"), id="a shop that is none"),
        pytest.param(signed(logged_in_customer_id="42,43"), id="two customers in one"),
        pytest.param(signed(a="1logged_in_customer_id=7"), id="a pair within a value"),
        pytest.param([*signed(), ("shop", "x.myshopify.com")], id="a shop twice"),
        pytest.param([*signed(), signed()[-1]], id="a signature twice"),
        pytest.param(signed()[:-1], id="no signature"),
        pytest.param([*signed()[:-1], ("signature", "é")], id="a signature that is none"),
    ],
)
def test_what_is_malformed_is_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(SignatureRefused):
        verify(pairs, SECRET, NOW)


@given(QUERIES, some.randoms())
def test_the_order_of_parameters_does_not_matter(
    query: dict[str, list[str]], random: object
) -> None:
    names = [*query]
    random.shuffle(names)  # type: ignore[attr-defined]
    pairs = [(name, value) for name in query for value in query[name]]
    shuffled = [(name, value) for name in names for value in query[name]]

    assert canonical(pairs) == canonical(shuffled)
    assert canonical([*pairs, ("signature", "x")]) == canonical(pairs)


@given(some.integers(0, 3), some.text("0123456789abc", min_size=1))
def test_no_parameter_can_be_changed(which: int, value: str) -> None:
    pairs = signed()
    name, before = pairs[which]
    if value == before:
        return
    pairs[which] = name, value

    with pytest.raises(SignatureRefused, match="does not fit"):
        verify(pairs, SECRET, NOW)


def test_shopifys_own_package_takes_what_is_signed_here_and_nothing_changed() -> None:
    queries: list[dict[str, str | list[str]]] = []

    @given(QUERIES)
    def collect(query: dict[str, list[str]]) -> None:
        pairs = [(name, value) for name, values in query.items() for value in values]
        own = signed(datetime.fromtimestamp(time.time(), UTC))[:-1]
        good = sign([*pairs, *own], SECRET)
        whole: dict[str, str | list[str]] = {name: [*values] for name, values in query.items()}
        whole |= dict(own)
        queries.append({**whole, "signature": good})
        queries.append({**whole, "logged_in_customer_id": "43", "signature": good})

    program = node_with(PACKAGE)
    collect()
    done = subprocess.run(
        [*program, str(NODE / "shopify.js")],
        input=json.dumps({"secret": SECRET, "queries": queries}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [True, False] * (len(queries) // 2)
