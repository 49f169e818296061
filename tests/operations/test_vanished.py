"""What went without us is told by when and last state, and what we deleted is not taken for it."""

import json

import pytest
from operations.keeping import (
    DELETE_AFTER_A_YEAR,
    a_recording,
    an_id,
    apply_retention,
    approved,
    sweep,
    turn,
    with_policy,
)

from bbbkeep.operations import vanished
from bbbkeep.operations.expiring import expire
from bbbkeep.operations.explaining import document, explained, text
from bbbkeep.operations.inventory import begin_sweep, end_sweep
from bbbkeep.operations.report import gather, lookout
from bbbkeep.operations.trusting import remarks
from bbbkeep.selection import Selection

OLD = 400


@pytest.fixture
def site(site, server):
    """Recordings 1 and 2 are old enough to go, 3 to 30 are not."""
    server.state.add(*(a_recording(number, days_old=OLD) for number in (1, 2)))
    server.state.add(*(a_recording(number) for number in range(3, 31)))
    site = with_policy(site, DELETE_AFTER_A_YEAR)
    sweep(site)
    return site


def told(site, selection: Selection = Selection()) -> dict:  # noqa: B008  # frozen
    return json.loads("".join(vanished.document(site, selection)))


def how(site, record_id: str) -> dict:
    return document(explained(site, record_id, None, now=site.clock.now()))


def stamp(moment) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_a_recording_that_went_is_named_with_the_looks_between_which_it_did(site, server, clock):
    seen = clock.now()
    server.state.delete_row(an_id(4))
    turn(clock, days=1)
    missed = clock.now()
    sweep(site)
    turn(clock, days=1)
    sweep(site)

    [one] = told(site)["vanished"]

    assert one["record_id"] == an_id(4)
    assert (one["name"], one["state"]) == ("Algebra 4", "published")
    assert (one["last_seen"][:16], one["missed_at"][:16]) == (stamp(seen)[:16], stamp(missed)[:16])


def test_what_we_deleted_ourselves_did_not_vanish(site, server, clock):
    apply_retention(site, approved(site))
    for number in (1, 2):
        server.state.delete_row(an_id(number, OLD))
    turn(clock, days=1)
    sweep(site)

    assert told(site)["count"] == 0


@pytest.mark.parametrize("faulty", ["incomplete", "distrusted"])
def test_a_listing_that_is_not_believed_makes_nothing_vanish(site, server, clock, faulty):
    server.state.delete_row(an_id(4))
    if faulty == "distrusted":
        for number in range(5, 31):
            server.state.delete_row(an_id(number))
    turn(clock, days=1)
    ended = end_sweep(site, begin_sweep(site, now=clock.now()), []) if faulty == "incomplete" else sweep(site)

    assert (ended.status == "incomplete", bool(ended.distrusted)) == (
        faulty == "incomplete",
        faulty != "incomplete",
    )
    assert told(site)["count"] == 0
    assert how(site, an_id(4))["verdict"] == "keep"


def test_what_is_shown_can_be_asked_for(site, server, clock):
    for number in (4, 5):
        server.state.delete_row(an_id(number))
    turn(clock, days=1)
    sweep(site)

    assert told(site, Selection(states=("published",)))["count"] == 2
    assert told(site, Selection(states=("unpublished",)))["count"] == 0


def test_names_of_the_long_gone_are_not_kept(site, server, clock):
    server.state.delete_row(an_id(4))
    turn(clock, days=1)
    sweep(site)
    turn(clock, days=site.settings.keep_days + 1)
    expire(site, now=clock.now())

    assert [(one["record_id"], one["name"]) for one in told(site)["vanished"]] == [(an_id(4), None)]


def test_each_sweep_says_once_how_many_went(site, server, clock):
    server.state.delete_row(an_id(4))
    turn(clock, days=1)
    first = remarks(site, sweep(site))
    turn(clock, days=1)

    assert len(first) == 1
    assert first[0].startswith("1 recording is gone since 2026-")
    assert first[0].endswith("but not by us; `bbbkeep inventory --vanished` names them")
    assert remarks(site, sweep(site)) == []


def test_the_report_says_between_which_looks(site, server, clock):
    server.state.delete_row(an_id(4))
    turn(clock, days=1)
    missed = clock.now()
    sweep(site)

    ahead = lookout(site, now=clock.now()).found()
    [one] = gather(site, ahead, now=clock.now(), since=clock.now(), waiting=()).vanished

    assert (one.record_id, f"{one.missed:%d %H:%M}") == (an_id(4), f"{missed:%d %H:%M}")


def test_of_a_vanished_recording_there_is_no_verdict_but_how_it_went(site, server, clock):
    server.state.delete_row(an_id(4))
    turn(clock, days=1)
    sweep(site)

    told_of = how(site, an_id(4))

    assert (told_of["verdict"], told_of["gone"]["how"], told_of["gone"]["deletion"]) == (
        "gone",
        "vanished",
        None,
    )
    assert told_of["gone"]["last_state"] == "published"
    assert text(explained(site, an_id(4), None, now=clock.now())).splitlines()[:2] == [
        f"{an_id(4)}: gone",
        "  it went, but not by us",
    ]


@pytest.mark.parametrize("still_listed", [True, False])
def test_of_what_we_deleted_it_names_run_day_rule_and_policy(site, server, clock, still_listed):
    ref = approved(site)
    apply_retention(site, ref)
    if not still_listed:
        server.state.delete_row(an_id(1, OLD))
    turn(clock, days=1)
    sweep(site)

    told_of = how(site, an_id(1, OLD))
    deletion = told_of["gone"]["deletion"]

    assert (told_of["verdict"], told_of["gone"]["how"]) == ("gone", "deleted by us")
    assert (deletion["rule"], deletion["outcome"], deletion["plan_id"]) == ("old", "verified", ref.plan_id)
    assert told_of["reasons"][0].startswith("we deleted it on 2026-")
    assert "by rule old of policy " in told_of["reasons"][0]


def test_a_delete_of_ours_that_was_never_verified_is_named_with_what_vanished(site, server, clock):
    ref = approved(site)
    server.set_faults("lost-delete")
    outcomes = apply_retention(site, ref)
    assert {one.outcome for one in outcomes} == {"unverified"}
    server.set_faults()
    turn(clock, days=15)
    server.state.delete_row(an_id(1, OLD))
    sweep(site)

    [one] = told(site)["vanished"]

    assert one["unverified_delete_in"] == outcomes[0].run_id
    assert how(site, an_id(1, OLD))["gone"]["deletion"]["outcome"] == "unverified"


def test_a_recording_that_came_back_is_there_again(site, server, clock):
    server.state.delete_row(an_id(4))
    turn(clock, days=1)
    sweep(site)
    server.state.add(a_recording(4))
    turn(clock, days=1)
    sweep(site)

    assert told(site)["count"] == 0
    assert how(site, an_id(4))["verdict"] == "keep"
