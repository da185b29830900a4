import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sandbox.exact_json import dumps, loads

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | AMOUNTS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_what_is_written_is_read_back_equal(value: object) -> None:
    try:
        text = dumps(value).encode()
    except UnicodeEncodeError:  # hypothesis knows half surrogate pairs, which cannot be sent
        return
    assert loads(text) == value


@pytest.mark.parametrize("amount", ["199", "1119.6", "0.10", "12345678901234567890.12"])
def test_a_number_keeps_its_digits(amount: str) -> None:
    assert dumps({"amount": Decimal(amount)}) == f'{{"amount": {amount}}}'
    assert dumps(loads(amount)) == amount


def test_standard_json_reads_it() -> None:
    value: dict[str, object] = {"a": [1, True, None, 'é\n"', {}], "b": ()}
    assert json.loads(dumps(value)) == {"a": [1, True, None, 'é\n"', {}], "b": []}


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "nothing", "NaN", '{"a": Infinity}', "[" * 100_000, '"\\ud800"', b"\xff"),
        *("1" * 5000, "1E99999999999999999999"),
    ],
)
def test_what_is_not_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|nested|decode|encode|Expecting|digits"):
        loads(text)
