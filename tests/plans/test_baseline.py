"""A server compared with its own past: what changed more than anybody meant is stopped."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbbkeep.plans.baseline import Baseline, Bounds, Values, compare

THEN = datetime(2026, 1, 1, tzinfo=UTC)


def tripped(now: Values, before: Values, known: int | None = None, **bounds) -> list[str]:
    baseline = Baseline(before, THEN, before.listed if known is None else known)
    return [one.name for one in compare(now, baseline, Bounds(**bounds)) if one.tripped]


def standing(count: int, **facts) -> Values:
    return Values(count, count, **facts)


@pytest.mark.parametrize(
    ("before", "now", "jumped"),
    [
        pytest.param(1000, 1000, False, id="the same"),
        pytest.param(1000, 1200, False, id="exactly the limit"),
        pytest.param(1000, 1201, True, id="one more"),
        pytest.param(1000, 800, False, id="fewer by the limit"),
        pytest.param(1000, 799, True, id="one fewer than that"),
        pytest.param(10_000, 0, True, id="an empty listing"),
        pytest.param(10, 5, False, id="five of a small site"),
        pytest.param(10, 4, True, id="six of a small site"),
        pytest.param(3, 0, True, id="all of a tiny site"),
        pytest.param(3, 53, False, id="a small site that grows by fifty"),
        pytest.param(3, 54, True, id="a small site that grows by more"),
        pytest.param(0, 0, False, id="still empty"),
        pytest.param(0, 40, False, id="the first recordings"),
    ],
)
def test_a_jump_is_a_change_beyond_the_limit(before: int, now: int, jumped: bool):
    assert tripped(standing(now), standing(before)) == (["jump in percent"] if jumped else [])


def test_without_a_past_nothing_is_compared():
    assert compare(standing(5), None, Bounds()) == ()
    assert compare(None, Baseline(standing(5), THEN, 5), Bounds()) == ()


def test_where_a_sweep_is_all_the_past_there_is_listed_recordings_are_compared():
    assert tripped(Values(100, 40), Values(100)) == []
    assert tripped(Values(50, 40), Values(100)) == ["jump in percent"]


@pytest.mark.parametrize(("known", "another"), [(100, False), (50, False), (49, True), (0, True)])
def test_a_server_that_shows_too_few_of_the_known_recordings_is_another_one(known: int, another: bool):
    expected = ["known recordings in percent"] if another else []

    assert tripped(standing(100), standing(100), known) == expected


@pytest.mark.parametrize(("known", "another"), [(1, False), (0, True)])
def test_a_tiny_site_is_another_one_only_if_nothing_of_it_is_left(known: int, another: bool):
    expected = ["known recordings in percent"] if another else []

    assert tripped(standing(4), standing(4), known) == expected


@pytest.mark.parametrize(
    ("before", "now", "shrunk"),
    [(100, 95, False), (100, 94, True), (1, 0, True), (0, 0, False), (5, 9, False)],
)
def test_a_hold_list_that_shrank_stops_the_plan(before: int, now: int, shrunk: bool):
    values = (standing(10, holds=now), standing(10, holds=before))

    assert tripped(*values) == (["holds"] if shrunk else [])


@pytest.mark.parametrize(
    ("now", "lapsed", "shrunk"), [(0, 10, False), (2, 8, False), (2, 7, True), (0, 0, True)]
)
def test_holds_that_ended_by_themselves_were_not_lost(now: int, lapsed: int, shrunk: bool):
    values = (standing(10, holds=now, lapsed=lapsed), standing(10, holds=10, lapsed=3))

    assert tripped(*values) == (["holds"] if shrunk else [])


def test_a_protection_that_matched_and_now_matches_nothing_is_named():
    before = standing(10, protections={"exams": 3, "drafts": 0, "renamed": 2})
    now = standing(10, protections={"exams": 0, "drafts": 0, "new": 0})

    [result] = [one for one in compare(now, Baseline(before, THEN, 10), Bounds()) if one.tripped]
    assert (result.name, result.actual) == ("protections that match", "no longer: exams")


def test_bounds_are_those_that_were_configured():
    assert tripped(standing(40), standing(100), jump_percent=60.0) == []
    assert tripped(standing(100), standing(100), 10, identity_percent=10.0) == []
    assert tripped(standing(9, holds=5), standing(9, holds=10), hold_list_shrunk_percent=50.0) == []


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_what_lies_within_the_bounds_both_ways_never_trips(before: int, now: int):
    within = before == now or 100 * abs(now - before) <= 20 * before
    if within:
        assert tripped(standing(now), standing(before)) == []


def test_what_we_deleted_ourselves_is_no_jump_and_makes_no_other_server():
    before = standing(100)

    def found(deleted: int) -> list[str]:
        baseline = Baseline(before, THEN, known=40, deleted=deleted)
        return [one.name for one in compare(standing(40), baseline, Bounds()) if one.tripped]

    assert found(60) == []
    assert found(0) == ["jump in percent", "known recordings in percent"]
