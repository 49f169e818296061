"""Promises of bbbkeep.reports.charts and storage: bars stay on the drawing, in proportion, with round ticks."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports.a_site import NOW, a_row, many_rows

from bbbkeep.reports.charts import COLUMNS_HEIGHT, WIDTH, Chart, Column, Series, rows, stacked_columns, ticks
from bbbkeep.reports.figures import month_number
from bbbkeep.reports.storage import MONTHS_SHOWN, months
from bbbkeep.reports.totals import count

TWO = (Series("a", "published"), Series("b", "deleted"))


def chart_of(*values: tuple[int, int]) -> Chart:
    return stacked_columns("k", "Title", "Words.", [Column(f"c{value}", value) for value in values], TWO, str)


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        pytest.param(0, [0, 1], id="nothing still has an axis"),
        pytest.param(1, [0, 1], id="one is not divided"),
        pytest.param(7, [0, 2, 4, 6, 8], id="steps of two"),
        pytest.param(137, [0, 50, 100, 150], id="steps of fifty"),
        pytest.param(35 * 10**9, [n * 10**10 for n in range(5)], id="bytes in round units"),
    ],
)
def test_ticks_are_round(top: int, expected: object) -> None:
    assert ticks(top) == expected


@given(st.integers(0, 10**30))
@settings(max_examples=200)
def test_ticks_reach_the_highest_value_in_few_even_steps(top: int) -> None:
    marks = ticks(top)

    assert marks[-1] >= top
    assert 2 <= len(marks) <= 6
    assert len({after - before for before, after in pairwise(marks)}) == 1


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**12)), min_size=1, max_size=30))
@settings(max_examples=60)
def test_bars_stay_on_the_drawing(values: list[tuple[int, int]]) -> None:
    for box in chart_of(*values).boxes:
        assert 0 <= box.x <= box.x + box.width <= WIDTH
        assert 0 <= box.y <= box.y + box.height <= COLUMNS_HEIGHT + 0.2


def test_parts_of_a_bar_stand_on_each_other_in_proportion() -> None:
    low, high = chart_of((3, 1)).boxes

    assert high.y + high.height == pytest.approx(low.y, abs=0.2)
    assert low.height == pytest.approx(3 * high.height, abs=0.3)
    assert (low.tip, high.tip) == ("c(3, 1), published: 3", "c(3, 1), deleted: 1")


def test_nothing_is_drawn_for_zero() -> None:
    assert chart_of((0, 0), (0, 0)).boxes == ()


def test_the_newest_label_is_kept_when_others_give_way() -> None:
    labels = chart_of(*[(number, 0) for number in range(24)]).labels

    assert labels[-1].text == "c(23, 0)"
    assert len(labels) < 12


@pytest.mark.parametrize("months", [9, 10, 11, 12, 24])
def test_labels_of_months_leave_room_between_them(months) -> None:
    labels = chart_of(*[(number, 0) for number in range(months)]).labels

    assert all(after.x - before.x >= 54 for before, after in pairwise(labels))


def test_lying_bars_bear_their_values() -> None:
    chart = rows("k", "Title", "Words.", [("de", 4), ("en", 2)], str)

    assert chart.boxes[0].width == 2 * chart.boxes[1].width
    assert [mark.text for mark in chart.labels] == ["de", "4", "en", "2"]


def test_months_without_recordings_are_shown_between_others() -> None:
    totals = count([a_row(days_old=1), a_row(days_old=200)], now=NOW)

    lines = months(totals, NOW).lines

    assert [(line.label, line.whole.count) for line in lines][:3] == [
        ("2026-05", 1),
        ("2026-06", 0),
        ("2026-07", 0),
    ]


def test_a_long_history_is_cut_to_two_years_and_the_rest_is_one_line() -> None:
    totals = count(many_rows(3000), now=NOW)

    shown = months(totals, NOW)

    before = shown.lines[0]
    older = {
        month: tallies
        for month, tallies in totals.months.items()
        if month <= month_number(NOW) - MONTHS_SHOWN
    }
    assert before.label == "before 2024-12"
    assert before.whole.count == sum(tally.count for tallies in older.values() for tally in tallies.values())
    assert len(shown.lines) == MONTHS_SHOWN + 1
