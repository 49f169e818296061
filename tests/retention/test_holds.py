"""A hold always wins: any value holds, and a date holds through its day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bbbkeep.model import Recording
from bbbkeep.retention.holds import on_hold

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def hold_of(metadata, *, now=NOW, key="bbbkeep-hold"):
    return on_hold(Recording("r", metadata=metadata), key, now, BERLIN)


@pytest.mark.parametrize("value", ["yes", "false", "no", "0", "", " ", "case-7", "until further notice"])
@pytest.mark.parametrize("key", ["bbbkeep-hold", "BBBKEEP-HOLD", "Bbbkeep-Hold"])
def test_any_value_holds_in_any_letter_case(key, value):
    assert hold_of({key: value})


@pytest.mark.parametrize("value", ["2026-06-01", " 2026-06-01", "2026-06-01 case 7", "2026-06-01T00:00:00Z", "2099-01-01"])  # fmt: skip
def test_a_date_holds_through_its_day(value):
    assert hold_of({"bbbkeep-hold": value})


@pytest.mark.parametrize(
    "value", ["2026-05-31", "2026-05-31, case 7", "2020-02-29 until summer", "1999-01-01"]
)
def test_a_date_that_is_over_holds_no_more(value):
    assert hold_of({"bbbkeep-hold": value}) is None


@pytest.mark.parametrize("value", ["2025-02-30", "2020-13-01", "20200101", "01.01.2020", "2020-01-011", "20-01-01", "0000-00-00", "\u0662020-01-01"])  # fmt: skip
def test_what_is_no_date_holds_without_end(value):
    assert hold_of({"bbbkeep-hold": value})


@pytest.mark.parametrize(
    ("now", "held"),
    [
        pytest.param(
            "2026-03-29T23:59:59.999+02:00", True, id="last millisecond of the day clocks go forward"
        ),
        pytest.param("2026-03-30T00:00:00+02:00", False, id="midnight after"),
    ],
)
def test_the_day_ends_in_the_policys_time_zone(now, held):
    hold = hold_of({"bbbkeep-hold": "2026-03-29"}, now=datetime.fromisoformat(now).astimezone(UTC))

    assert (hold is not None) is held


def test_one_spelling_that_holds_is_enough():
    assert hold_of({"bbbkeep-hold": "2020-01-01", "BBBKEEP-HOLD": "case-7"})


def test_another_key_does_not_hold():
    assert hold_of({"hold": "yes", "bbbkeep-hold-note": "yes"}) is None
    assert hold_of({"legal": ""}, key="Legal")


def test_unknown_metadata_holds():
    assert hold_of(None) == "metadata is unknown: a hold (bbbkeep-hold) can't be ruled out"
