"""Whether `rma_updated_at` catches a quiet *Received*, in each of the ways that a filter may be."""

from datetime import datetime, timedelta

import pytest

from connector.findings import UPDATED_FILTER_SEES_ALL, Verdict

UPDATED = "rma_updated_at"


@pytest.fixture
def sees_everything(control):
    """A filter that sees each change."""
    control("ways", filter_sees="everything")


def test_a_filter_that_looks_at_last_updated_is_found_out(
    examine, received_quietly, findings, connection
):
    received_quietly(3)
    told = examine().told[UPDATED_FILTER_SEES_ALL]
    assert told.verdict is Verdict.FALSE
    assert "0 of 3" in told.seen
    assert findings.get(connection.key_id, UPDATED_FILTER_SEES_ALL) is Verdict.FALSE


@pytest.mark.usefixtures("sees_everything")
def test_a_filter_that_sees_everything_is_found_out(
    examine, received_quietly, findings, connection
):
    received_quietly(3)
    told = examine().told[UPDATED_FILTER_SEES_ALL]
    assert told.verdict is Verdict.TRUE
    assert "3 of 3" in told.seen
    assert findings.get(connection.key_id, UPDATED_FILTER_SEES_ALL) is Verdict.TRUE


@pytest.mark.parametrize("is_other_way", [True, False])
@pytest.mark.parametrize(
    ("filter_sees", "is_quiet", "verdict", "events"),
    [
        ("lastUpdated", True, "false", "false"),
        ("everything", True, "true", "false"),
        ("lastUpdated", False, "cannot tell", "true"),
        ("everything", False, "cannot tell", "true"),
    ],
)
def test_each_way_that_returngo_may_be_has_its_verdicts(
    examine, received_quietly, control, filter_sees, is_quiet, verdict, events, is_other_way
):
    control(
        "ways",
        filter_sees=filter_sees,
        is_quiet=is_quiet,
        quiet_webhooks=is_other_way,
        parcels_move_rmas=is_other_way,
    )
    received_quietly(3)
    verdicts = examine().verdicts
    assert verdicts[UPDATED_FILTER_SEES_ALL] == verdict
    assert verdicts["rma-event-names"] == events


@pytest.mark.usefixtures("sees_everything")
def test_a_single_rma_is_too_little_to_rely_on_but_enough_to_doubt(
    examine, received_quietly, control
):
    received_quietly(1)
    assert examine().verdicts[UPDATED_FILTER_SEES_ALL] == "cannot tell"
    control("ways", filter_sees="lastUpdated")
    assert examine().verdicts[UPDATED_FILTER_SEES_ALL] == "false"


def test_a_filter_that_is_not_looked_at_is_not_taken_for_a_kind_one(
    examine, received_quietly, differences
):
    received_quietly(3)
    differences.ask = lambda _, query: [pair for pair in query if pair[0] != UPDATED]
    assert examine().verdicts[UPDATED_FILTER_SEES_ALL] == "cannot tell"


@pytest.mark.parametrize("hours", [-12, 12])
def test_the_time_zone_of_filters_does_not_mislead(examine, received_quietly, differences, hours):
    def shifted(text: str) -> str:
        operation, _, moment = text.partition(":")
        return (
            f"{operation}:{(datetime.fromisoformat(moment) + timedelta(hours=hours)).isoformat()}"
        )

    received_quietly(3)
    differences.ask = lambda _, query: [
        (key, shifted(value) if key.endswith("_at") else value) for key, value in query
    ]
    examined = examine()
    assert examined.verdicts["filters-are-utc"] == "false"
    assert examined.verdicts[UPDATED_FILTER_SEES_ALL] in ("false", "cannot tell")


def test_a_short_silence_tells_where_filters_are_utc(examine, received_quietly):
    received_quietly(3, quiet_for=timedelta(minutes=10))
    examined = examine()
    assert examined.verdicts["filters-are-utc"] == "true"
    assert examined.verdicts[UPDATED_FILTER_SEES_ALL] == "false"
