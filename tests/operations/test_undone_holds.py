"""Undoing a sheet lifts the holds that it asked for, and no others; one that stays is told of."""

from pathlib import Path

import pytest
from operations.keeping import (
    a_recording,
    a_sheet,
    an_id,
    apply_sheet,
    killed,
    plan_retention,
    sweep,
    turn,
    with_policy,
)

from bbbkeep.operations.resuming import go_on
from bbbkeep.operations.undoing import begin_undo, finish_undo, plan_undo, undo_chunk
from bbbkeep.operations.undone_holds import HELD, LIFTED, STAYS
from bbbkeep.plans.begin import begin
from bbbkeep.plans.document import read_plan

HOLD = "bbbkeep-hold"
DELETE_AFTER_5_DAYS = """\
mode: act
guards: {max_share_percent: 100, reason: a test's sites are small}
rules: [{name: old, action: delete, when: {age: {from: end, over: 5d}}}]
"""


@pytest.fixture
def listed(server, site):
    server.state.add(*(a_recording(number) for number in (1, 2)))
    site = with_policy(site, DELETE_AFTER_5_DAYS)
    sweep(site)
    return site


def held(site, *rows, name="hold.csv"):
    """Apply a sheet of holds and return its run."""
    found = apply_sheet(site, a_sheet(site, *((an_id(one), HOLD, value) for one, value in rows), name=name))
    return found[0].run_id


def undo(site, run_id):
    """Undo a run; return the plan that did it."""
    ref = plan_undo(site, run_id, now=site.clock.now())
    run = begin_undo(site, ref, now=site.clock.now())
    for numbers in ref.chunks():
        undo_chunk(site, run, numbers)
    finish_undo(site, run)
    return read_plan(Path(ref.path))[0]


def due(site):
    sweep(site)
    return {item.record_id for item in plan_retention(site)[1].items}


def test_a_hold_that_is_undone_counts_until_the_next_night_and_no_longer(listed, clock):
    run = held(listed, (1, "case-7"))

    plan = undo(listed, run)

    assert LIFTED in plan.items[0].reasons
    assert due(listed) == {an_id(2)}
    turn(clock, days=1, minutes=1)
    assert due(listed) == {an_id(1), an_id(2)}


def test_a_hold_that_was_lifted_holds_again_when_that_is_undone(listed, server, clock):
    held(listed, (1, "case-7"))
    run = held(listed, (1, "!remove"), name="lift.csv")

    plan = undo(listed, run)
    server.state.set_metadata(an_id(1), {HOLD: ""})
    turn(clock, days=3)

    assert HELD in plan.items[0].reasons
    assert due(listed) == {an_id(2)}


def test_a_hold_gets_its_earlier_day_back(listed, server, clock):
    held(listed, (1, "2099-01-01"))
    run = held(listed, (1, "2030-01-01"), name="sooner.csv")

    undo(listed, run)
    turn(clock, days=3)

    assert server.state.recording(an_id(1)).metadata[HOLD] == "2099-01-01"
    assert due(listed) == {an_id(2)}


def test_a_hold_that_another_sheet_asked_for_outlives_the_undo_though_the_server_lost_it(
    listed, server, clock
):
    server.set_faults("lost-update")
    held(listed, (1, "case-7"))
    server.set_faults()
    sweep(listed)
    run = held(listed, (1, "case-8"), name="other.csv")

    undo(listed, run)
    turn(clock, days=3)

    assert HOLD not in server.state.recording(an_id(1)).metadata
    assert due(listed) == {an_id(2)}


def test_a_hold_that_a_later_sheet_asked_for_is_not_lifted(listed, server, clock):
    run = held(listed, (1, "case-7"))
    server.set_faults("lost-update")
    held(listed, (1, "case-8"), name="later.csv")
    server.set_faults()

    undo(listed, run)
    turn(clock, days=3)

    assert due(listed) == {an_id(2)}


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(["lost-update"], id="the server never stored it"),
        pytest.param([], id="somebody took it from the server"),
    ],
)
def test_a_hold_that_the_undo_can_not_lift_is_told_with_the_way_to_lift_it(listed, server, clock, faults):
    server.set_faults(*faults)
    run = held(listed, (1, "case-7"))
    server.set_faults()
    server.state.set_metadata(an_id(1), {HOLD: ""})

    plan = read_plan(Path(plan_undo(listed, run, now=clock.now()).path))[0]

    assert (an_id(1), "refused", STAYS) in [
        (one["record_id"], one["outcome"], one["because"]) for one in plan.refused
    ]
    assert due(listed) == {an_id(2)}


def test_an_undo_of_other_metadata_lifts_nothing(listed, clock):
    held(listed, (1, "case-7"))
    run = apply_sheet(listed, a_sheet(listed, (an_id(1), "category", "exam"), name="other.csv"))[0].run_id

    undo(listed, run)
    turn(clock, days=3)

    assert due(listed) == {an_id(2)}


def test_an_undo_killed_at_once_lifts_the_hold_when_it_goes_on(listed, clock):
    run = held(listed, (1, "case-7"))
    ref = plan_undo(listed, run, now=clock.now())
    begun = begin(listed, Path(ref.path), command="runs undo", now=clock.now())
    killed(listed)

    go_on(listed, begun.run_id, now=clock.now())

    turn(clock, days=1, minutes=1)
    assert due(listed) == {an_id(1), an_id(2)}
