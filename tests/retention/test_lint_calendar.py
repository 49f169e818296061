"""A calendar that does not reach the present is warned of before anybody wonders why nothing goes."""

from datetime import datetime

import pytest
from retention.asking import BERLIN, a_policy

from bbbkeep.retention.lint_calendar import of_calendars

TERMS = "calendar: {term: [2025-10-13, 2026-04-13, 2026-10-12], semester: [04-01, 10-01]}"


@pytest.mark.parametrize(
    ("now", "found"),
    [
        pytest.param("2026-04-13", ("warning", "the start of previous term is unknown until 2026-04-13; add days to calendar.term"), id="in the first term"),
        pytest.param("2026-04-14", None, id="in the second"),
        pytest.param("2026-08-13", ("note", "the start of previous term is unknown from 2026-10-12 on; add days to calendar.term"), id="two months before the end"),
        pytest.param("2026-10-13", ("warning", "the start of previous term is unknown since 2026-10-12; add days to calendar.term"), id="after the last day"),
    ],
)  # fmt: skip
def test_a_calendar_is_held_to_the_present(now, found):
    policy = a_policy("{age: {from: end, before: start of previous term}}", TERMS)

    told = list(of_calendars(policy, datetime.fromisoformat(now).replace(tzinfo=BERLIN)))

    assert [(one.level, one.message) for one in told] == ([found] if found else [])


def test_days_of_every_year_always_reach():
    policy = a_policy("{age: {from: end, before: start of previous semester}}", TERMS)

    assert list(of_calendars(policy, datetime(2050, 1, 1, tzinfo=BERLIN))) == []
