"""Keep rules, protections that end and what is known of captions, from the listing to the server and back."""

import pytest
from operations.keeping import (
    DELETE_AFTER_A_YEAR,
    a_recording,
    an_id,
    apply_retention,
    approved,
    plan_retention,
    sweep,
    turn,
    with_policy,
)

from bbbkeep.errors import PlanRefusedError
from bbbkeep.model import TextTrack
from bbbkeep.operations.asking import remember_tracks
from bbbkeep.operations.explaining import explained

KEEP_ONE = DELETE_AFTER_A_YEAR.replace("rules:", "keep:\n  - {name: last, newest: 1}\nrules:")
UNCAPTIONED = DELETE_AFTER_A_YEAR + "      captions: {none: true}\n"


def standing(server):
    return set(server.state.record_ids(["published", "unpublished"]))


def planned(site):
    return [item.record_id for item in plan_retention(site)[1].items]


@pytest.fixture
def algebra(server, site):
    """Three old recordings of one meeting, and one of another."""
    server.state.add(*(a_recording(n, days_old=400 + n, meeting_id="algebra") for n in (1, 2, 3)))
    server.state.add(a_recording(4, days_old=450, meeting_id="analysis"))
    return with_policy(site, KEEP_ONE)


def test_the_newest_of_each_meeting_outlives_the_rules(algebra, server):
    sweep(algebra)

    apply_retention(algebra, approved(algebra))

    assert standing(server) == {an_id(1, 401), an_id(4, 450)}


def test_what_vanished_is_no_newest(algebra, server, clock):
    sweep(algebra)
    server.state.delete_row(an_id(1, 401))
    turn(clock, hours=1)
    sweep(algebra)

    assert planned(algebra) == [an_id(3, 403)]


def test_a_plan_is_refused_where_its_recording_became_the_newest(algebra, server, clock):
    sweep(algebra)
    ref = approved(algebra)
    server.state.delete_row(an_id(1, 401))
    turn(clock, hours=1)
    sweep(algebra)

    with pytest.raises(PlanRefusedError, match="1 of its own are among the newest now"):
        apply_retention(algebra, ref)
    assert server.writes == []


def test_explain_ranks_the_recording_among_all_others(algebra, server):
    sweep(algebra)

    kept = explained(algebra, an_id(1, 401), None, now=algebra.clock.now()).verdict
    gone = explained(algebra, an_id(2, 402), None, now=algebra.clock.now()).verdict

    assert (kept.act, gone.act) == (False, True)
    assert kept.reasons[0] == "kept by last: it is among the newest 1"


@pytest.mark.parametrize(
    ("tracks", "due"),
    [
        pytest.param([], True, id="none"),
        pytest.param([TextTrack("captions", "de")], False, id="some"),
        pytest.param(None, False, id="the server does not tell"),
        pytest.param("never", False, id="never asked"),
    ],
)
def test_captions_are_judged_by_what_the_ledger_knows(server, site, tracks, due):
    server.state.add(a_recording(1, days_old=400))
    site = with_policy(site, UNCAPTIONED)
    sweep(site)
    if tracks != "never":
        remember_tracks(site, an_id(1, 400), tracks)

    assert planned(site) == ([an_id(1, 400)] if due else [])


def test_what_was_asked_too_long_ago_is_unknown(server, site, clock):
    server.state.add(a_recording(1, days_old=400))
    site = with_policy(site, UNCAPTIONED)
    sweep(site)
    remember_tracks(site, an_id(1, 400), [])
    assert planned(site) == [an_id(1, 400)]

    turn(clock, days=30, minutes=1)
    sweep(site)

    assert planned(site) == []


def test_a_protection_that_ended_lets_go_and_trips_no_guard(server, site, clock):
    server.state.add(a_recording(1, days_old=400, metadata={"category": "exam"}))
    server.state.add(*(a_recording(n) for n in range(2, 6)))
    last_day = site.clock.now().date()
    protect = (
        f"protect:\n  - {{name: exams, when: {{metadata: {{category: exam}}}}, until: {last_day}}}\nrules:"
    )
    site = with_policy(site, DELETE_AFTER_A_YEAR.replace("rules:", protect))
    sweep(site)
    approved(site)

    turn(clock, days=1, minutes=1)
    sweep(site)
    ref, plan = plan_retention(site)

    assert [guard.name for guard in plan.tripped] == []
    apply_retention(site, ref)
    assert standing(server) == {an_id(n) for n in range(2, 6)}
