"""Many recordings at once get the answers that each one gets by itself."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from retention.anything import NOW, ZONES, conditions, moments, rows

from bbbkeep.retention.columns import Columns
from bbbkeep.retention.conditions import Condition
from bbbkeep.retention.facts import facts_of
from bbbkeep.retention.spans import Span
from bbbkeep.retention.truth import known


def answers(condition, listed, zone, now, at):
    return [condition.truth(facts_of(row, zone, now).as_of(at)) for row in listed]


@settings(max_examples=150, deadline=None)
@given(conditions, st.lists(rows(), min_size=1, max_size=4), ZONES)
def test_a_mask_is_what_each_recording_answers(condition, listed, zone):
    columns = Columns(listed, zone, NOW)

    assert condition.mask(columns).tolist() == answers(condition, listed, zone, NOW, NOW)


@settings(max_examples=60, deadline=None)
@given(conditions, st.lists(rows(), min_size=1, max_size=4), ZONES, st.integers(0, 90))
def test_columns_made_for_one_moment_serve_another(condition, listed, zone, days):
    columns, later = Columns(listed, zone, NOW), NOW + timedelta(days=days)
    condition.mask(columns)

    then = condition.mask(columns.at_moment(later)).tolist()
    ahead = condition.mask(columns.as_of(later)).tolist()

    assert then == answers(condition, listed, zone, later, later)
    assert ahead == answers(condition, listed, zone, NOW, later)


class Crowded(Condition):
    """A condition that brings no mask of its own."""

    def truth(self, facts):
        return known(facts.recording.name == "a")

    def sentence(self):
        return "is crowded"


@settings(max_examples=20, deadline=None)
@given(st.lists(rows(), max_size=4), ZONES)
def test_a_condition_without_a_mask_of_its_own_is_asked_of_each(listed, zone):
    found = Crowded().mask(Columns(listed, zone, NOW))

    assert found.tolist() == answers(Crowded(), listed, zone, NOW, NOW)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 1200), moments, ZONES)
def test_months_last_no_longer_and_no_shorter_than_a_span_says(months, began, zone):
    span = Span(0, months, f"{months}mo")
    least, most = span.bounds

    assert least < span.after(began, zone) - began < most
