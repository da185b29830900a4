from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, insert, select
from sqlalchemy.dialects import sqlite

from connector.store import Store
from connector.store.instant import Instant

DIALECT = sqlite.dialect()
instants = st.datetimes(timezones=st.just(UTC))


@given(instants)
@example(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC))
@example(datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC))
def test_an_instant_comes_back_to_the_microsecond(instant: datetime):
    column = Instant()
    stored = column.process_bind_param(instant, DIALECT)

    assert column.process_result_value(stored, DIALECT) == instant


@given(instants, instants)
def test_stored_instants_sort_as_they_do_in_time(one: datetime, other: datetime):
    first, second = (Instant().process_bind_param(instant, DIALECT) for instant in (one, other))

    assert first is not None
    assert second is not None
    assert (first < second) == (one < other)


def test_an_instant_of_another_zone_comes_back_in_utc():
    there = datetime(2026, 2, 4, 1, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    back = Instant().process_result_value(Instant().process_bind_param(there, DIALECT), DIALECT)

    assert back == there
    assert back is not None
    assert back.tzinfo is UTC


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(TypeError):
        Instant().process_bind_param(datetime(2026, 2, 4), DIALECT)  # noqa: DTZ001


def test_databases_keep_and_compare_instants_alike(each_store: Store):
    times = Table("times", MetaData(), Column("at", Instant))
    early, late = (
        datetime(2026, 2, 3, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 2, 4, tzinfo=UTC),
    )
    with each_store.write() as connection:
        times.create(connection)
        connection.execute(insert(times), [{"at": late}, {"at": early}, {"at": None}])
    with each_store.read() as connection:
        found = connection.execute(select(times.c.at).where(times.c.at < late)).scalars().all()

    assert found == [early]
