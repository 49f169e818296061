"""Promises of bbbkeep.reports.totals and figures: one pass, unknown kept apart from zero, months and ages at their edges."""

import tracemalloc
from datetime import UTC, datetime, timedelta, timezone

import pytest
from reports.a_site import NOW, a_row, asked, many_rows, with_langs

from bbbkeep.model import InventoryRow
from bbbkeep.reports.readable import month_name
from bbbkeep.reports.totals import MOST_LANGS, OTHER_LANGS, age_band, count

HOUR = timedelta(hours=1)


def months_of(*rows: InventoryRow) -> dict[str, int]:
    return {
        month_name(month): sum(tally.count for tally in states.values())
        for month, states in count(rows, now=NOW).months.items()
    }


def begun(start: datetime) -> InventoryRow:
    return a_row(start=start, end=start + HOUR)


def test_unknown_sizes_are_counted_as_unknown_and_not_as_zero() -> None:
    totals = count([a_row(size_bytes=10), a_row(size_bytes=None), a_row(size_bytes=0)], now=NOW)

    assert (totals.all.count, totals.all.sized, totals.all.size_bytes) == (3, 1, 10)


def test_states_nobody_documents_are_counted_as_unknown() -> None:
    totals = count([a_row(state="published"), a_row(state="x" * 10_000), a_row(state=None)], now=NOW)

    assert {state: tally.count for state, tally in totals.states.items()} == {"published": 1, "unknown": 2}


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param(datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC), "2026-01", id="last second of a month"),
        pytest.param(datetime(2026, 2, 1, tzinfo=UTC), "2026-02", id="first second of a month"),
        pytest.param(datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC), "2025-12", id="last second of a year"),
        pytest.param(
            datetime(2026, 2, 1, 0, 30, tzinfo=timezone(HOUR)),
            "2026-01",
            id="another zone's February is January in UTC",
        ),
        pytest.param(NOW + timedelta(hours=20), "2026-11", id="a clock that is ahead counts for this month"),
    ],
)
def test_a_recording_belongs_to_the_utc_month_of_its_start(start: datetime, expected: object) -> None:
    assert months_of(begun(start)) == {expected: 1}


def test_a_start_in_the_future_or_unknown_is_in_no_month() -> None:
    totals = count([begun(NOW + timedelta(days=2)), a_row(start=None)], now=NOW)

    assert (totals.months, totals.undated.count) == ({}, 2)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (None, "unknown"),
        (0, "under 30 days"),
        (29, "under 30 days"),
        (30, "30 to 89 days"),
        (364, "180 to 364 days"),
        (365, "1 to 2 years"),
        (10**7, "5 years and over"),
    ],
)
def test_an_age_falls_into_one_band(days: float | None, expected: object) -> None:
    assert age_band(days) == expected


def test_hours_count_only_recordings_whose_ends_are_both_known() -> None:
    backwards = a_row(start=NOW, end=NOW - HOUR)

    totals = count([a_row(minutes=90), a_row(start=None), backwards], now=NOW)

    assert (totals.recorded, totals.timed) == (timedelta(minutes=90), 1)


def test_coverage_leaves_out_deleted_recordings() -> None:
    early, late = NOW - timedelta(days=3), NOW
    rows = [
        with_langs(a_row(number=1), "de", "de", "en", asked_at=late),
        with_langs(a_row(number=2), asked_at=early),
        with_langs(a_row(number=3, state="deleted"), "fr", asked_at=late),
    ]

    coverage = count(rows, now=NOW).coverage

    assert (coverage.recordings, coverage.asked, coverage.captioned) == (2, 2, 1)
    assert coverage.langs == {"de": 1, "en": 1}
    assert (coverage.asked_from, coverage.asked_until) == (early, late)


def test_a_server_that_invents_languages_does_not_fill_the_memory() -> None:
    row = with_langs(a_row(number=1), *(f"x-{number}" for number in range(1000)))

    langs = count([row], now=NOW).coverage.langs

    assert len(langs) == MOST_LANGS + 1
    assert langs[OTHER_LANGS] == 1000 - MOST_LANGS


def test_twenty_thousand_rows_are_counted_in_little_memory() -> None:
    tracemalloc.start()
    try:
        totals = count(many_rows(20_000), now=NOW)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert totals.all.count == 20_000
    assert peak < 1_000_000


def test_parts_add_up_to_the_whole() -> None:
    rows = list(many_rows(2_000))

    totals = count(asked(rows), now=NOW)

    dated = sum(tally.count for states in totals.months.values() for tally in states.values())
    assert dated + totals.undated.count == totals.all.count == sum(totals.ages.values())
    assert sum(tally.size_bytes for tally in totals.states.values()) == totals.all.size_bytes
