"""The site's calendar: old is what is from before a semester, in the policy's time zone, and never by a guess."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from retention.asking import BERLIN, NO, UNKNOWN, YES, a_policy, a_row, answer, facts

from bbbkeep.errors import PolicyError
from bbbkeep.retention.decide import History, judge

TWICE_A_YEAR = "calendar:\n  semester: [04-01, 10-01]"
ONE_BY_ONE = "calendar:\n  term: [2025-04-07, 2025-10-13, 2026-04-13, 2026-10-12]"
OLDER = "{age: {from: end, before: start of previous semester}}"
OLDER_TERM = "{age: {from: end, before: start of previous term}}"
TICK = timedelta(microseconds=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def ended(text: str):
    return a_row(end=local(text), end_status="ok")


@pytest.mark.parametrize(
    ("now", "end", "expected"),
    [
        pytest.param("2026-06-01T12:00", "2025-09-30T23:59", YES, id="before the previous semester"),
        pytest.param("2026-06-01T12:00", "2025-10-01T00:00", NO, id="its first moment is in it"),
        pytest.param("2026-03-31T23:59", "2025-03-31T23:59", YES, id="the last minute of a winter semester"),
        pytest.param("2026-03-31T23:59", "2025-09-30T23:59", NO, id="then the summer before is the previous"),
        pytest.param("2026-04-01T00:00", "2025-09-30T23:59", NO, id="at midnight it is not yet due"),
        pytest.param("2026-04-01T00:00:00.001", "2025-09-30T23:59", YES, id="a millisecond later it is"),
        pytest.param("2025-10-26T02:30", "2025-03-31T23:59", YES, id="in the hour that comes twice"),
        pytest.param("2024-02-29T12:00", "2023-03-31T23:59", YES, id="on a leap day"),
    ],
)
def test_older_than_the_start_of_the_previous_semester(now, end, expected):
    assert answer(OLDER, ended(end), TWICE_A_YEAR, local(now)) is expected


@pytest.mark.parametrize(
    ("before", "start"),
    [
        pytest.param("start of this semester", "2026-04-01", id="this"),
        pytest.param("start of semester -2", "2025-04-01", id="two back"),
        pytest.param("start of semester -5", "2023-10-01", id="five back"),
        pytest.param("start of this year", "2026-01-01", id="the year, which needs no calendar"),
        pytest.param("start of previous month", "2026-05-01", id="the month, too"),
        pytest.param("move", "2025-07-01", id="a day with a name"),
    ],
)
def test_other_starts(before, start):
    top = TWICE_A_YEAR + "\n  move: 2025-07-01"
    when = f"{{age: {{from: end, before: {before}}}}}"
    midnight = local(start)

    for end, expected in ((midnight - TICK, YES), (midnight, NO)):
        row = a_row(end=end, end_status="ok")
        assert answer(when, row, top, local("2026-06-01T12:00")) is expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2025-04-07T00:00", UNKNOWN, id="before the first term begins"),
        pytest.param("2025-06-01T12:00", UNKNOWN, id="in the first, which has no previous one"),
        pytest.param("2025-10-13T00:00", UNKNOWN, id="at the very start of the second"),
        pytest.param("2025-10-13T00:01", YES, id="in the second"),
        pytest.param("2026-10-12T00:00", YES, id="to the very last day's start"),
        pytest.param("2026-10-12T00:01", UNKNOWN, id="after the last day"),
        pytest.param("2030-01-01T12:00", UNKNOWN, id="years after the last day"),
    ],
)
@pytest.mark.parametrize("negated", [False, True])
def test_where_the_calendar_does_not_reach_nothing_is_known(now, expected, negated):
    when = f"{{not: {OLDER_TERM}}}" if negated else OLDER_TERM
    if negated and expected is YES:
        expected = NO

    assert answer(when, ended("2024-01-01T12:00"), ONE_BY_ONE, local(now)) is expected


def test_a_calendar_that_ran_out_is_said_and_selects_nothing():
    policy = a_policy(OLDER_TERM, ONE_BY_ONE)

    verdict = judge(facts(ended("2020-01-01T12:00"), local("2027-01-01T12:00")), policy, History())

    assert not verdict.act
    assert verdict.unknown == ("calendar", "end")
    assert "start of previous term is unknown: add days to calendar.term" in verdict.reasons[0]


def test_the_verdict_names_the_day_that_a_start_stands_for():
    verdict = judge(
        facts(ended("2025-09-30T23:59"), local("2026-06-01T12:00")), a_policy(OLDER, TWICE_A_YEAR), History()
    )

    assert (
        verdict.reasons[1] == "ended 2025-09-30, 243 days ago, before 2025-10-01 (start of previous semester)"
    )
    assert verdict.due == local("2026-04-01T00:00")


@settings(max_examples=150, deadline=None)
@given(
    st.datetimes(datetime(2019, 1, 1), datetime(2026, 6, 1)),  # noqa: DTZ001  # made aware below
    st.sampled_from([OLDER, OLDER_TERM, "{age: {from: end, before: start of semester -3}}"]),
)
def test_a_recording_becomes_due_when_the_next_period_begins(end, when):
    policy = a_policy(when, f"{TWICE_A_YEAR}\n{ONE_BY_ONE.removeprefix('calendar:')[1:]}")
    now = local("2026-06-01T12:00")
    row = a_row(end=end.replace(tzinfo=UTC), end_status="ok")

    due = judge(facts(row, now), policy, History()).due

    if due is None:
        assert "term" in when
        return
    assert not judge(facts(row, max(due, row.recording.end)), policy, History()).act
    assert judge(facts(row, max(due, row.recording.end) + TICK), policy, History()).act


@pytest.mark.parametrize(
    ("calendar", "when", "complaint"),
    [
        pytest.param("semester: [04-01]", "before: start of previous semster", "did you mean semester?", id="a misspelt name"),
        pytest.param("semester: [04-01]", "before: start of last semester", "write `start of this NAME`", id="another word"),
        pytest.param("semester: [04-01]", "before: semester", "is no date from 2000 on", id="a period is no day"),
        pytest.param("move: 2025-07-01", "before: start of previous move", "no period 'move'", id="a day is no period"),
        pytest.param("move: 2025-02-29", "over: 1d", "'2025-02-29' is no date", id="a day that isn't"),
        pytest.param("s: [02-29, 10-01]", "over: 1d", "'02-29' is no day of every year", id="a leap day each year"),
        pytest.param("s: [04-31]", "over: 1d", "'04-31' is no day of every year", id="no such day"),
        pytest.param("s: [10-01, 04-01]", "over: 1d", "does not come after", id="out of order"),
        pytest.param("s: [04-01, 04-01]", "over: 1d", "does not come after", id="twice"),
        pytest.param("s: [04-01, 2025-10-01]", "over: 1d", "mixes days", id="of every year and of one"),
        pytest.param("s: [2025-10-01]", "over: 1d", "a single day begins no period that ends", id="one start"),
        pytest.param("s: []", "over: 1d", "must name 1 to", id="no days"),
        pytest.param("year: [04-01]", "over: 1d", "is there without being named", id="a name that is taken"),
        pytest.param("'a b': [04-01]", "over: 1d", "is no name of a period", id="no name"),
        pytest.param("s: [2025-04-01, 2025-10-01]", "before: start of previous s", "has 1 periods of s", id="too short"),
    ],
)  # fmt: skip
def test_a_calendar_that_is_not_clear_is_refused(calendar, when, complaint):
    with pytest.raises(PolicyError, match=r"policy\.yaml:\d+:\d+: ") as refusal:
        a_policy(f"{{age: {{from: end, {when}}}}}", f"calendar: {{{calendar}}}")

    assert complaint in str(refusal.value)
