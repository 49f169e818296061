"""Metadata that rules set: on every kind of server what the policy says, once, and beside all that it deletes."""

from collections.abc import Iterator

import pytest
from fake_clock import FakeClock
from operations.keeping import (
    SECRET,
    a_recording,
    a_site,
    an_id,
    apply_retention,
    plan_retention,
    sweep,
    turn,
    with_policy,
)
from operations.nights import first_night, night, nights

from bbbkeep.standin.server import LocalServer

POLICY = """\
mode: act
guards: {max_deletes: 50, max_unpublishes: 50, max_share_percent: 100, reason: a test's site is small}
rules:
  - name: tidy
    action: {set: {category: archive, shelf: B 7}}
    when: {age: {from: end, over: 100d}}
  - name: old
    action: delete
    when: {age: {from: end, over: 365d}}
  - name: hide
    action: unpublish
    when: {age: {from: end, over: 200d}}
"""
OLD, HIDDEN, AGED, YOUNG, HELD = an_id(1, 400), an_id(2, 250), an_id(3, 150), an_id(4, 10), an_id(5, 400)
STORING = ("bbb22", "bbb26", "bbb30", "scalelite", "recapi")
SET = {"category": "archive", "shelf": "B 7"}


@pytest.fixture
def server(request, clock: FakeClock) -> Iterator[LocalServer]:
    with LocalServer(secret=SECRET, clock=clock, profile=getattr(request, "param", "bbb30")) as running:
        yield running


@pytest.fixture
def site(server, clock, tmp_path):
    with a_site(server, clock, tmp_path, POLICY, checksum="sha1") as opened:
        server.state.add(
            a_recording(1, days_old=400),
            a_recording(2, days_old=250),
            a_recording(3, days_old=150),
            a_recording(4, days_old=10),
            a_recording(5, days_old=400, metadata={"category": "lecture", "bbbkeep-hold": "case-7"}),
        )
        yield opened


def values_of(server, record_id):
    metadata = {key.lower(): value for key, value in server.state.recording(record_id).metadata.items()}
    return {key: metadata[key] for key in SET if key in metadata}


def states(server):
    return {
        one: server.state.recording(one).state
        for one in server.state.record_ids(["published", "unpublished"])
    }


def done_by_one_night(site):
    sweep(site)
    return sorted(
        (one.record_id, one.action, one.outcome) for one in apply_retention(site, plan_retention(site)[0])
    )


@pytest.mark.parametrize("server", [one for one in STORING if one != "recapi"], indirect=True)
def test_a_night_sets_hides_and_deletes_what_the_policy_says(server, site, clock):
    first_night(site)

    assert done_by_one_night(site) == [
        (OLD, "delete", "verified"),
        (HIDDEN, "set_metadata", "verified"),
        (HIDDEN, "unpublish", "verified"),
        (AGED, "set_metadata", "verified"),
        (HELD, "set_metadata", "verified"),
    ]
    assert states(server) == {HIDDEN: "unpublished", AGED: "published", YOUNG: "published", HELD: "published"}
    assert [values_of(server, one) for one in (HIDDEN, AGED, HELD, YOUNG)] == [
        SET,
        SET,
        SET,
        {"category": "lecture"},
    ]
    turn(clock, days=1)
    assert nights(site, clock, 2) == [{}, {}]


@pytest.mark.parametrize("server", ["recapi"], indirect=True)
def test_a_server_that_deletes_nothing_stores_metadata_all_the_same(server, site):
    first_night(site)
    done_by_one_night(site)

    assert values_of(server, AGED) == SET


@pytest.mark.parametrize("server", ["bbblb"], indirect=True)
def test_a_server_that_stores_none_gets_none_and_the_plan_says_so(server, site, clock):
    first_night(site)
    _, plan = plan_retention(site)
    nights(site, clock, 2)

    assert {item.action for item in plan.items} == {"delete", "unpublish"}
    assert {one["record_id"] for one in plan.refused} == {HIDDEN, AGED, HELD}
    assert (
        plan.refused[0]["because"]
        == "rule tidy sets nothing: BBBLB is known to accept metadata and to store none"
    )
    assert [call for _, call, _ in server.writes if call == "updateRecordings"] == []
    assert set(states(server)) == {HIDDEN, AGED, YOUNG, HELD}


def test_nobody_approved_it_so_nothing_is_set(server, site):
    assert night(site) == {}
    assert server.writes == []


def test_a_policy_that_only_reports_sets_nothing(server, site):
    site = with_policy(site, POLICY.replace("mode: act", "mode: report"))
    first_night(site)

    assert night(site) == {}
    assert server.writes == []


def test_setting_counts_against_no_guard(site):
    site = with_policy(
        site, POLICY.replace("max_deletes: 50, max_unpublishes: 50", "max_deletes: 1, max_unpublishes: 1")
    )
    sweep(site)

    _, plan = plan_retention(site)

    assert plan.tripped == ()


def test_a_value_changed_since_the_plan_is_left_alone_and_the_others_are_set(server, site):
    first_night(site)
    ref, _ = plan_retention(site)
    server.state.set_metadata(AGED, {"shelf": "C 1"})

    outcomes = {(one.record_id, one.action): one.outcome for one in apply_retention(site, ref)}

    assert outcomes[AGED, "set_metadata"] == "skipped"
    assert outcomes[HELD, "set_metadata"] == "verified"
    assert values_of(server, AGED)["shelf"] == "C 1"


def test_a_write_that_changes_nothing_is_told_and_tried_the_next_night(server, site, clock):
    server.set_faults("lost-update")
    first_night(site)
    assert (AGED, "set_metadata", "unverified") in done_by_one_night(site)
    server.set_faults()
    turn(clock, hours=25)

    assert night(site)[AGED] == ("set_metadata", "verified")
