from decimal import Decimal

import pytest

from schemas.sent_json import GivenTwice, read_sent_json


def test_numbers_are_exact():
    assert read_sent_json('{"a": 0.10, "b": 1e3, "c": 12345678901234567890.12}') == {
        "a": Decimal("0.10"),
        "b": Decimal(1000),
        "c": Decimal("12345678901234567890.12"),
    }


@pytest.mark.parametrize(
    "text", ['{"status": "Done", "status": "Approved"}', '[{"x": {"status": 1, "status": 1}}]']
)
def test_a_name_that_is_given_twice_is_refused_wherever_it_stands(text: str):
    with pytest.raises(GivenTwice, match="status") as refusal:
        read_sent_json(text)
    assert refusal.value.name == "status"


@pytest.mark.parametrize(
    "text",
    [
        "1e999999999",
        "-1e-999999999",
        "1e99999999999999999999",
        "1" * 5000,
        "NaN",
        "-Infinity",
        "[" * 100_000,
        b"\xff\xfe1\x00",
        b'"\xe9"',
        '"\0"',
        "",
    ],
)
def test_what_is_no_json_or_could_fill_the_memory_is_refused(text: str | bytes):
    with pytest.raises(ValueError):  # noqa: PT011 (any sentence will do)
        read_sent_json(text)
