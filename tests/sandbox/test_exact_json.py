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


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("199", "199"),
        ("199.00", "199"),
        ("1119.60", "1119.6"),
        ("0.10", "0.1"),
        ("0", "0"),
        ("1E+2", "100"),
        ("100", "100"),
        ("12.345", "12.345"),
        ("12345678901234567890.12", "12345678901234567890.12"),
    ],
)
def test_money_is_a_number_without_trailing_zeros(amount: str, written: str) -> None:
    assert dumps({"amount": Decimal(amount)}) == f'{{"amount": {written}}}'


def test_standard_json_reads_it() -> None:
    value: dict[str, object] = {"a": [1, True, None, 'é\n"', {}], "b": ()}
    assert json.loads(dumps(value)) == {"a": [1, True, None, 'é\n"', {}], "b": []}


@pytest.mark.parametrize(
    "text",
    ["", "{", "nothing", "NaN", '{"a": Infinity}', "[" * 100_000, '"\\ud800"', b"\xff", "1" * 5000],
)
def test_what_is_not_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|nested|decode|encode|Expecting|digits"):
        loads(text)
