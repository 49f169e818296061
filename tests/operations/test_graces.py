"""Unpublish, then delete: night after night, on every kind of server, what goes is what the policy says."""

from collections.abc import Iterator

import pytest
from fake_clock import FakeClock
from operations.keeping import (
    SECRET,
    a_recording,
    a_site,
    an_id,
    apply_retention,
    by_id,
    plan_retention,
    sweep,
    turn,
    with_policy,
)
from operations.nights import first_night, night, nights

from bbbkeep.errors import PolicyError
from bbbkeep.operations import retention
from bbbkeep.operations.night import begin_night
from bbbkeep.operations.publishing import Asked, begin_publishing, plan_publishing, publish_chunk
from bbbkeep.plans.finish import finish
from bbbkeep.selection import Selection
from bbbkeep.standin.server import LocalServer

POLICY = """\
mode: act
guards: {max_deletes: 50, max_unpublishes: 50, max_share_percent: 100, reason: a test's site is small}
rules:
  - name: old
    action: {unpublish_then_delete: 3d}
    accept_leftovers: the disk is swept by hand
    when: {age: {from: end, over: 365d}}
"""
OLD, DUE_LATER, YOUNG, HIDDEN = an_id(1, 400), an_id(2, 363.5), an_id(3, 10), an_id(4, 500)
DELETING = ("bbb22", "bbb26", "bbb30", "scalelite", "bbblb")


@pytest.fixture
def server(request, clock: FakeClock) -> Iterator[LocalServer]:
    with LocalServer(secret=SECRET, clock=clock, profile=getattr(request, "param", "bbb30")) as running:
        yield running


@pytest.fixture
def site(server, clock, tmp_path):
    with a_site(server, clock, tmp_path, POLICY, checksum="sha1") as opened:
        server.state.add(
            a_recording(1, days_old=400),
            a_recording(2, days_old=363.5),
            a_recording(3, days_old=10),
            a_recording(4, days_old=500, state="unpublished"),
        )
        yield opened


def standing(server):
    return set(server.state.record_ids(["published", "unpublished"]))


def state_of(server, record_id):
    found = server.state.recording(record_id)
    return found.state if found else None


@pytest.mark.parametrize("server", DELETING, indirect=True)
def test_each_recording_is_unpublished_then_deleted_in_its_own_time(server, site, clock):
    first_night(site)

    assert nights(site, clock, 7) == [
        {OLD: ("unpublish", "verified"), HIDDEN: ("begin_grace", "unchanged")},
        {},
        {DUE_LATER: ("unpublish", "verified")},
        {},  # three days are not over three days
        {OLD: ("delete", "verified"), HIDDEN: ("delete", "verified")},
        {},
        {DUE_LATER: ("delete", "verified")},
    ]
    assert standing(server) == {YOUNG}
    assert state_of(server, YOUNG) == "published"


@pytest.mark.parametrize("server", ["bbb30", "scalelite"], indirect=True)
def test_publishing_it_again_ends_the_grace_and_a_new_one_begins(server, site, clock):
    first_night(site)
    nights(site, clock, 2)
    server.state.set_state(OLD, "published")

    done = [one.get(OLD) for one in nights(site, clock, 6)]

    assert done == [("unpublish", "verified"), None, None, None, ("delete", "verified"), None]


def test_publishing_it_ourselves_ends_the_grace_too(server, site, clock):
    first_night(site)
    nights(site, clock, 4)
    plan = plan_publishing(site, "publish", Asked((OLD,)), now=clock.now())
    run = begin_publishing(site, plan, "publish", now=clock.now())
    publish_chunk(site, run, [1], now=clock.now())
    finish(site, run, now=clock.now())

    assert night(site)[OLD] == ("unpublish", "verified")


def test_published_and_hidden_again_by_others_it_gets_a_full_grace(server, site, clock):
    first_night(site)
    nights(site, clock, 2)
    server.state.set_state(OLD, "published")
    sweep(site)
    server.state.set_state(OLD, "unpublished")

    done = [one.get(OLD) for one in nights(site, clock, 5)]

    assert done == [("begin_grace", "unchanged"), None, None, None, ("delete", "verified")]


def test_published_and_hidden_again_since_the_plan_it_is_not_deleted_by_that_plan(server, site, clock):
    first_night(site)
    nights(site, clock, 4)
    sweep(site)
    ref, _ = plan_retention(site)
    server.state.set_state(OLD, "published")
    sweep(site)
    server.state.set_state(OLD, "unpublished")

    outcomes = by_id(apply_retention(site, ref))

    assert outcomes[OLD] == ("skipped", "drift: it was seen published since the plan")
    assert outcomes[HIDDEN] == ("verified", "read back")


def test_held_during_its_grace_it_stays(server, site, clock):
    first_night(site)
    nights(site, clock, 2)
    server.state.set_metadata(OLD, {"bbbkeep-hold": "exam"})

    nights(site, clock, 4)

    assert state_of(server, OLD) == "unpublished"


def test_what_no_longer_matches_stays(server, site, clock):
    first_night(site)
    nights(site, clock, 2)
    changed = with_policy(site, POLICY.replace("365d}", "365d}, not: {metadata: {category: exam}}"))
    server.state.set_metadata(OLD, {"category": "exam"})
    first_night(changed)

    nights(changed, clock, 4)

    assert state_of(server, OLD) == "unpublished"


def test_an_unpublish_that_does_not_show_begins_no_grace(server, site, clock):
    server.set_faults("lost-publish")
    first_night(site)
    assert night(site)[OLD] == ("unpublish", "unverified")
    server.set_faults()
    turn(clock, days=4)

    assert night(site)[OLD] == ("unpublish", "verified")


@pytest.mark.parametrize("server", ["scalelite"], indirect=True)
def test_a_server_that_leaves_files_behind_refuses_it_before_any_write(server, site):
    sweep(site)
    plain = with_policy(site, POLICY.replace("    accept_leftovers: the disk is swept by hand\n", ""))

    with pytest.raises(
        PolicyError,
        match=r"policy\.yaml:4:5: rule old unpublishes first; Scalelite leaves .*accept_leftovers",
    ):
        retention.plan_retention(plain, plain.server.policy, Selection(), now=plain.clock.now())
    asked = len(server.requests)
    with pytest.raises(PolicyError):
        begin_night(plain, command="nightly", now=plain.clock.now())

    assert server.writes == []
    assert len(server.requests) == asked


@pytest.mark.parametrize("server", ["recapi"], indirect=True)
def test_where_nothing_can_be_deleted_the_delete_is_refused_and_nothing_else_is_done(server, site, clock):
    first_night(site)

    assert [one.get(OLD) for one in nights(site, clock, 5)] == [
        ("unpublish", "verified"), None, None, None, ("delete", "refused"),
    ]  # fmt: skip
    assert OLD in standing(server)


def test_a_plan_says_in_which_step_each_recording_is(site, clock):
    first_night(site)
    _, plan = plan_retention(site)

    assert [(one.record_id, one.action, one.reasons[-1]) for one in plan.items] == [
        (OLD, "unpublish", "to be deleted 3d later"),
        (HIDDEN, "begin_grace", "it is unpublished, but bbbkeep did not do it: its 3d begin with this run"),
    ]
    nights(site, clock, 4)
    sweep(site)
    [delete, *_] = plan_retention(site)[1].items

    assert (delete.action, delete.reasons[-1]) == (
        "delete",
        "bbbkeep unpublished it 2026-03-04 12:00 UTC, over 3d ago",
    )
    assert delete.due == "2026-03-07T12:00:00+00:00"


def test_the_beginning_of_a_grace_counts_against_no_guard(server, site):
    server.state.add(*(a_recording(n, days_old=500, state="unpublished") for n in range(10, 20)))
    site = with_policy(site, POLICY.replace("max_unpublishes: 50", "max_unpublishes: 1"))
    sweep(site)

    _, plan = plan_retention(site)

    assert [str(one) for one in plan.tripped] == []
    assert len(plan.items) == 12
