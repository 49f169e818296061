"""Runs that come late, all at once: together they do one night's work."""

import pytest
from operations.keeping import (
    DELETE_AFTER_A_YEAR,
    a_recording,
    a_sheet,
    an_id,
    apply_retention,
    apply_sheet,
    approved,
    plan_retention,
    sweep,
    turn,
    with_policy,
)

from bbbkeep.errors import PlanRefusedError

LATE = 10


@pytest.fixture
def site(site):
    return with_policy(site, DELETE_AFTER_A_YEAR)


def late_night(site, path):
    """Do what a night writes, from what there is to do by then."""
    sweep(site)
    apply_sheet(site, a_sheet(site, (an_id(3), "course", "algebra"), name=path))
    ref, plan = plan_retention(site)
    return apply_retention(site, ref) if plan.items else []


def test_ten_late_nights_write_what_one_would(server, site, clock):
    server.state.add(a_recording(1, days_old=400), a_recording(2, days_old=400), a_recording(3))
    sweep(site)
    approved(site)

    ended = []
    for number in range(LATE):
        ended.append(late_night(site, f"sheet-{number}.csv"))
        turn(clock, minutes=1)

    assert [len(one) for one in ended] == [2] + [0] * (LATE - 1)
    written = [one for _, _, asked in server.writes for one in asked["recordID"].split(",")]
    assert sorted(written) == sorted([an_id(1, 400), an_id(2, 400), an_id(3)])


def test_ten_late_runs_of_one_plan_apply_it_once(server, site):
    server.state.add(a_recording(1, days_old=400), a_recording(2))
    sweep(site)
    ref = approved(site)
    apply_retention(site, ref)

    for _ in range(LATE - 1):
        with pytest.raises(PlanRefusedError, match="applied already"):
            apply_retention(site, ref)

    assert len(server.writes) == 1


def test_a_run_that_is_late_by_a_day_applies_no_old_plan(server, site, clock):
    server.state.add(a_recording(1, days_old=400), a_recording(2))
    sweep(site)
    ref = approved(site)
    turn(clock, hours=24)

    with pytest.raises(PlanRefusedError, match="expired"):
        apply_retention(site, ref)

    assert server.writes == []
