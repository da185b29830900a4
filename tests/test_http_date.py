from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.http_date import read_http_date


@pytest.mark.parametrize(
    "header",
    [
        "Wed, 04 Feb 2026 12:00:30 GMT",
        "Wednesday, 04-Feb-26 12:00:30 GMT",
        "Wed Feb  4 12:00:30 2026",
        "Wed, 04 Feb 2026 14:00:30 +0200",
    ],
)
def test_each_form_of_a_date_is_the_same_moment_in_utc(header: str):
    moment = read_http_date(header)

    assert moment == datetime(2026, 2, 4, 12, 0, 30, tzinfo=UTC)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "soon",
        "Wed, 99 Feb 2026 12:00:30 GMT",
        "Wed, 04 Feb 99999999999 12:00:30 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
    ],
)
def test_what_is_no_date_is_none(header: str | None):
    assert read_http_date(header) is None


@given(st.text())
def test_no_header_raises(header: str):
    moment = read_http_date(header)

    assert moment is None or moment.tzinfo is UTC
