"""One policy over several nights on every kind of server: what goes is what it says, no more and no less.

What each recording must come to is written down by hand beside it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fake_clock import FakeClock
from operations.keeping import (
    SECRET,
    a_recording,
    a_site,
    an_id,
    apply_retention,
    approved,
    by_id,
    plan_retention,
    sweep,
    turn,
    with_policy,
)
from operations.nights import first_night, night, nights

from bbbkeep.errors import GuardError
from bbbkeep.operations import retention
from bbbkeep.operations.empty_plans import take_note
from bbbkeep.standin.server import LocalServer

DELETING = ("bbb22", "bbb26", "bbb30", "scalelite", "bbblb")

POLICY = """\
mode: act
timezone: Europe/Berlin
guards: {max_deletes: 50, max_unpublishes: 50, max_share_percent: 100, reason: a test's site is small}
protect:
  - {name: archive, when: {metadata: {category: archive}}}
rules:
  - name: both
    action: delete
    when:
      all:
        - metadata: {category: test}
        - metadata: {key: faculty, in: [law, arts]}
        - age: {from: end, over: 30d}
  - name: hide
    action: unpublish
    when: {age: {from: end, over: 200d}, not: {metadata: {category: exam}}}
  - name: old
    action: delete
    when: {age: {from: end, over: 365d}, not: {metadata: {category: exam}}}
"""


def fleet():
    """Recordings, and what has become of each after three nights."""
    test, law = {"category": "test"}, {"faculty": "law"}
    return [
        (a_recording(1, days_old=60, metadata=test | law), "gone"),
        (a_recording(2, days_old=60, metadata=test | {"faculty": "arts"}), "gone"),
        (a_recording(3, days_old=60, metadata=test | {"faculty": "science"}), "published"),  # one term of two
        (a_recording(4, days_old=60, metadata=test), "published"),
        (a_recording(5, days_old=60, metadata=law), "published"),
        (a_recording(6, days_old=10, metadata=test | law), "published"),
        (a_recording(7, days_old=250), "unpublished"),
        (a_recording(8, days_old=400), "gone"),  # hidden the first night, and the rule below takes it the next
        (a_recording(9, days_old=400, metadata={"category": "exam"}), "published"),
        (a_recording(10, days_old=400, metadata={"category": "archive"}), "published"),
        (a_recording(11, days_old=400, metadata={"category": "lecture", "bbbkeep-hold": "false"}), "published"),
        (a_recording(12, days_old=400, state="unpublished"), "gone"),
        (a_recording(13, days_old=400, start_ms=0, end_ms=0), "published"),  # undated
    ]  # fmt: skip


@pytest.fixture
def server(request, clock: FakeClock) -> Iterator[LocalServer]:
    with LocalServer(secret=SECRET, clock=clock, profile=getattr(request, "param", "bbb30")) as running:
        yield running


@pytest.fixture
def site(server, clock, tmp_path):
    with a_site(server, clock, tmp_path, POLICY, checksum="sha1") as opened:
        yield opened


def fates(server, recordings):
    """What has become of recordings; each kind of server forgets in its own way."""
    found = [server.state.recording(one.record_id) for one in recordings]
    return ["gone" if one is None or one.state == "deleted" else one.state for one in found]


@pytest.mark.parametrize("server", DELETING, indirect=True)
def test_after_three_nights_each_recording_is_where_the_policy_puts_it(server, site, clock):
    recordings, expected = zip(*fleet(), strict=True)
    server.state.add(*recordings)
    first_night(site)

    nights(site, clock, 3)
    before = len(server.writes)

    assert fates(server, recordings) == list(expected)
    assert night(site) == {}
    assert len(server.writes) == before


@pytest.mark.parametrize("server", ["recapi"], indirect=True)
def test_a_server_that_deletes_nothing_keeps_all_and_says_so(server, site):
    recordings = [one for one, _ in fleet()]
    server.state.add(*recordings)
    first_night(site)
    outcomes = by_id(apply_retention(site, plan_retention(site)[0]))

    assert outcomes[an_id(1, 60)][0] == "refused"
    assert "gone" not in fates(server, recordings)


@pytest.mark.parametrize("server", ["bbb30", "scalelite", "bbblb"], indirect=True)
@pytest.mark.parametrize(
    ("change", "because"),
    [
        pytest.param({"state": "unpublished"}, "drift", id="unpublished"),
        pytest.param({"name": "The dean's speech"}, "drift", id="renamed"),
        pytest.param({"metadata": {"category": "archive"}}, "drift", id="protected"),
        pytest.param({"metadata": {"bbbkeep-hold": "2030-01-01 appeal"}}, "on hold", id="held"),
        pytest.param({"gone": True}, "", id="deleted by somebody else"),
    ],
)
def test_what_changed_between_plan_and_apply_is_skipped_and_the_others_go(server, site, change, because):
    server.state.add(*(a_recording(n, days_old=400) for n in (1, 2)), a_recording(3))
    site = with_policy(site, POLICY.replace("over: 200d", "over: 2000d"))
    sweep(site)
    ref = approved(site)
    _meddle(server, an_id(1, 400), change)

    outcomes = by_id(apply_retention(site, ref))

    assert outcomes[an_id(1, 400)][0] == ("skipped" if because else "unchanged")
    assert because in outcomes[an_id(1, 400)][1]
    assert outcomes[an_id(2, 400)][0] == "verified"
    assert an_id(1, 400) in server.state.record_ids(["published", "unpublished"]) or not because


def _meddle(server, record_id, change):
    if "state" in change:
        server.state.set_state(record_id, change["state"])
    elif "metadata" in change:
        server.state.set_metadata(record_id, change["metadata"])
    elif "gone" in change:
        server.state.set_state(record_id, "deleted")
    else:
        server.state.alter(record_id, **change)


def test_another_server_behind_the_same_address_is_only_planned_for(server, site, clock):
    """As where an address was pointed to another machine, whose recordings are old enough to go."""
    server.state.add(*(a_recording(n, days_old=100) for n in range(1, 21)))
    first_night(site)
    night(site)
    turn(clock, days=1)
    for record_id in server.state.record_ids():
        server.state.delete_row(record_id)
    server.state.add(*(a_recording(n, days_old=400) for n in range(101, 121)))
    sweep(site)
    ref, plan = plan_retention(site)

    assert [one.name for one in plan.tripped] == ["known recordings in percent"]
    with pytest.raises(GuardError, match="known recordings in percent"):
        apply_retention(site, ref)
    assert server.writes == []


def test_a_recording_that_several_rules_hit_is_planned_and_counted_once(server, site):
    server.state.add(a_recording(1, days_old=400, metadata={"category": "test", "faculty": "law"}))
    sweep(site)
    _, plan = plan_retention(site)

    assert [(one.action, one.rule) for one in plan.items] == [("delete", "both")]
    assert {one.name: one.actual for one in plan.guards}["delete count"] == 1


def test_both_limits_are_told_where_both_are_passed(server, site):
    server.state.add(*(a_recording(n, days_old=400) for n in range(1, 4)), a_recording(4))
    tight = "guards: {max_deletes: 2, max_share_percent: 5}\n"
    rules = POLICY[POLICY.index("rules:") :].replace("over: 200d", "over: 2000d")
    site = with_policy(site, f"mode: act\n{tight}{rules}")
    sweep(site)
    _, plan = plan_retention(site)

    assert [str(one) for one in plan.tripped] == [
        "delete count: 3, limit 2",
        "delete share in percent: 75, limit 5",
    ]
    assert server.writes == []


def test_the_first_night_of_a_changed_policy_writes_nothing_also_where_the_old_one_was_approved(
    server, site, clock
):
    server.state.add(a_recording(1, days_old=400), a_recording(2, days_old=100))
    first_night(site)
    changed = with_policy(
        site, POLICY.replace("over: 365d", "over: 90d").replace("over: 200d", "over: 2000d")
    )

    assert night(changed) == {}
    assert server.writes == []
    assert "nobody approved yet" in retention.readiness(changed, plan_retention(changed)[0]).because


def test_a_hold_that_ends_stops_no_night_and_one_that_was_taken_away_does(server, site, clock):
    held = {"category": "lecture", "bbbkeep-hold": "2026-03-05 thesis"}
    server.state.add(a_recording(1, days_old=400, metadata=held), a_recording(2, days_old=400, metadata=held))
    server.state.add(a_recording(3), a_recording(4, days_old=250))
    first_night(site)

    assert nights(site, clock, 3) == [
        {an_id(4, 250): ("unpublish", "verified")},
        {},
        {an_id(1, 400): ("unpublish", "verified"), an_id(2, 400): ("unpublish", "verified")},
    ]
    server.state.set_metadata(an_id(3), {"bbbkeep-hold": ""})
    server.state.set_metadata(an_id(4, 250), {"bbbkeep-hold": "exam"})
    nights(site, clock, 1)
    server.state.set_metadata(an_id(4, 250), {"bbbkeep-hold": None})
    sweep(site)

    assert [one.name for one in plan_retention(site)[1].tripped] == ["holds"]


@pytest.mark.long
@pytest.mark.parametrize("server", ["bbblb"], indirect=True)
def test_where_offsets_wrap_after_10000_recordings_all_that_are_due_go(server, site):
    def hashed(number):
        one = a_recording(number, days_old=400 if number % 1000 == 0 else 10)
        room = hashlib.sha1(b"%d" % number, usedforsecurity=False).hexdigest()
        return replace(one, record_id=room + one.record_id[40:])

    server.state.fill(hashed(number) for number in range(1, 10_301))
    due = {hashed(number).record_id for number in range(1000, 10_301, 1000)}
    site = with_policy(site, POLICY.replace("over: 200d", "over: 2000d"))
    first_night(site)

    assert sweep(site).count == 10_300
    assert night(site) == dict.fromkeys(due, ("delete", "verified"))
    assert len(standing(server)) == 10_290


def standing(server):
    return server.state.record_ids(["published", "unpublished"])


def test_nothing_to_do_on_an_empty_site(site):
    sweep(site)
    ref, plan = plan_retention(site)
    take_note(site, ref)

    assert (plan.items, plan.tripped) == ((), ())
