"""What was sent in vain: read first, planned anew the next night, on three nights at most, and then only reported."""

import pytest
from operations.keeping import (
    DELETE_AFTER_A_YEAR,
    a_caption_file,
    a_recording,
    a_sheet,
    an_id,
    apply_retention,
    apply_sheet,
    approved,
    plan_captions,
    plan_retention,
    sweep,
    turn,
    upload_captions,
    with_policy,
)

from bbbkeep.ledger.attempts import NIGHTS
from bbbkeep.operations import captions, metadata, retention
from bbbkeep.operations.chunks import refer
from bbbkeep.operations.summary import Summary
from bbbkeep.plans.run import exit_code
from bbbkeep.selection import Selection

OLD = 400
DOOMED = an_id(1, OLD)
UNPUBLISH = DELETE_AFTER_A_YEAR.replace("action: delete", "action: unpublish").replace(
    "max_deletes", "max_unpublishes"
)


SET = """\
mode: act
rules:
  - {name: tidy, action: {set: {category: archive}}, when: {age: {from: end, over: 365d}}}
"""


@pytest.fixture
def listed(server, site):
    """One recording that is older than the policy keeps, and some that are not."""
    server.state.add(a_recording(1, days_old=OLD), *(a_recording(number) for number in range(2, 9)))
    site = with_policy(site, DELETE_AFTER_A_YEAR)
    sweep(site)
    return site


def a_night(site, clock):
    """Let a day pass, and do what a night does for retention; return what became of the items, by ID."""
    turn(clock, days=1, minutes=1)
    sweep(site)
    ref, _ = plan_retention(site)
    return {one.record_id: one.outcome for one in apply_retention(site, ref)} if ref.items else {}


def sent(server, call):
    return [asked for _, name, asked in server.requests if name == call]


@pytest.mark.parametrize(
    ("policy", "fault", "call"),
    [
        pytest.param(DELETE_AFTER_A_YEAR, "lost-delete", "deleteRecordings", id="delete"),
        pytest.param(UNPUBLISH, "lost-publish", "publishRecordings", id="unpublish"),
        pytest.param(SET, "lost-update", "updateRecordings", id="set metadata"),
    ],
)
def test_what_a_policy_wants_in_vain_is_sent_on_three_nights_and_then_reported(
    listed, server, clock, policy, fault, call
):
    site = with_policy(listed, policy)
    approved(site)
    server.set_faults(fault)

    nights = [a_night(site, clock) for _ in range(NIGHTS + 2)]

    assert nights == [{DOOMED: "unverified"}] * NIGHTS + [{}, {}]
    assert len(sent(server, call)) == NIGHTS
    ref, plan = plan_retention(site)
    [(what, outcome, because)] = ref.left
    assert (what, outcome, plan.items) == (DOOMED, "failed", ())
    assert f"on {NIGHTS} nights, in the end unverified: the server accepted it" in because
    summary = Summary("campus")
    summary.note("retention", ref)
    assert [one.exit for one in summary.problems] == [3]
    assert summary.waiting == ["retention: 1 tried in vain and only reported now"]


def test_what_shows_by_the_next_night_is_not_written_again(listed, server, clock):
    approved(listed)
    server.set_faults("lost-delete")
    assert a_night(listed, clock) == {DOOMED: "unverified"}
    server.state.set_state(DOOMED, "deleted")

    assert a_night(listed, clock) == {}
    assert len(sent(server, "deleteRecordings")) == 1
    assert plan_retention(listed)[0].left == ()


def test_a_night_on_which_the_server_is_well_ends_the_count(listed, server, clock):
    site = with_policy(listed, UNPUBLISH)
    approved(site)
    server.set_faults("lost-publish")
    assert [a_night(site, clock) for _ in range(2)] == [{DOOMED: "unverified"}] * 2
    server.set_faults()
    assert a_night(site, clock) == {DOOMED: "verified"}
    server.state.set_state(DOOMED, "published")
    server.set_faults("lost-publish")

    assert [a_night(site, clock) for _ in range(NIGHTS + 1)] == [{DOOMED: "unverified"}] * NIGHTS + [{}]


def test_a_person_can_have_it_tried_once_more(listed, server, clock):
    approved(listed)
    server.set_faults("lost-delete")
    for _ in range(NIGHTS + 1):
        a_night(listed, clock)
    server.set_faults()
    policy = retention.policy_path(listed, None)

    again = retention.plan_retention(listed, policy, Selection(), now=clock.now(), again=True)

    assert [one.outcome for one in apply_retention(listed, refer(again))] == ["verified"]


def test_what_was_never_sent_is_tried_on_every_night(listed, server, clock):
    approved(listed)
    listed.archive_dir.parent.mkdir(parents=True, exist_ok=True)
    listed.archive_dir.write_text("no folder")

    nights = [a_night(listed, clock) for _ in range(NIGHTS + 2)]

    assert nights == [{DOOMED: "failed"}] * (NIGHTS + 2)
    assert server.writes == []


def test_a_row_that_was_tried_on_three_nights_is_reported_while_its_sheet_waits(listed, server, clock):
    server.set_faults("lost-update")
    path = a_sheet(listed, (an_id(2), "category", "seminar"))
    plan = None
    for _ in range(NIGHTS):
        plan = metadata.plan_sheet(listed, path, Selection(), now=clock.now())
        run = metadata.begin_sheet(listed, plan, now=clock.now())
        metadata.apply_chunk(listed, run, [1])
        assert exit_code(metadata.finish_sheet(listed, run, None)) == 3
        turn(clock, days=1)
        sweep(listed)
    assert metadata.given_up(listed, run) == 1

    after = metadata.plan_sheet(listed, path, Selection(), now=clock.now())

    [(line, outcome, because)] = after.left
    assert (after.items, line, outcome) == (0, "line 2", "unverified")
    assert because.startswith("tried 3 times, last: the server accepted it")
    apply_sheet(listed, path)
    assert len(sent(server, "updateRecordings")) == NIGHTS


def test_a_text_track_is_sent_again_only_once_another_one_appeared(listed, server, clock):
    server.set_faults("dead-captions")
    a_caption_file(listed, an_id(2))
    upload_captions(listed)
    server.state.run("DELETE FROM inbox")
    server.set_faults()
    turn(clock, days=1)

    quiet = plan_captions(listed)
    a_caption_file(listed, an_id(3))
    first = upload_captions(listed)
    second = upload_captions(listed)

    [(_, outcome, because)] = quiet.left
    assert (quiet.items, outcome) == (0, "unverified")
    assert because.endswith("not sent again until another track has appeared on this server")
    assert [(one.record_id, one.outcome) for one in (*first, *second)] == [
        (an_id(3), "verified"),
        (an_id(2), "verified"),
    ]


def test_a_text_track_that_the_queue_has_passed_is_not_sent_again_before_its_deadline(listed, server, clock):
    a_caption_file(listed, an_id(2))
    a_caption_file(listed, an_id(3))
    plan = plan_captions(listed)
    run = captions.begin_captions(listed, plan, now=clock.now())
    captions.send_chunk(listed, run, [1, 2], now=clock.now())
    server.state.run("DELETE FROM inbox WHERE number = 1")
    captions.finish_captions(listed, run, now=clock.now())

    soon = plan_captions(listed)
    turn(clock, hours=1)
    later = plan_captions(listed)

    [(_, outcome, because)] = soon.left
    assert (soon.items, outcome) == (0, "unverified")
    assert because.endswith("not sent again before its deadline has passed")
    assert (later.items, later.left) == (1, ())


def test_a_text_track_that_never_appears_is_sent_on_three_nights_and_then_reported(listed, server, clock):
    a_caption_file(listed, an_id(2))
    for number in range(3, 3 + NIGHTS + 2):
        server.set_faults("dead-captions")
        upload_captions(listed)
        server.state.run("DELETE FROM inbox")
        server.set_faults()
        a_caption_file(listed, an_id(number))
        upload_captions(listed)
        turn(clock, days=1)

    [(_, outcome, because)] = plan_captions(listed).left
    mine = [one for one in sent(server, "putRecordingTextTrack") if one["recordID"] == an_id(2)]
    assert (outcome, because.startswith("tried 3 times, last: ")) == ("unverified", True)
    assert len(mine) == NIGHTS
