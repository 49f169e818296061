"""What a night promises: one lease, one word on how it went, and figures that equal the ledger's."""

from dataclasses import asdict

import pytest
from operations.keeping import (
    DELETE_AFTER_A_YEAR,
    a_caption_file,
    a_policy,
    a_recording,
    a_sheet,
    an_id,
    plan_captions,
    sweep,
    turn,
    with_policy,
)

from bbbkeep.errors import LeaseHeldError, PolicyError
from bbbkeep.ledger import events, inventory, runs
from bbbkeep.operations import captions, metadata
from bbbkeep.operations.chunks import SIZE, PlanRef, cut
from bbbkeep.operations.night import begin_night, end_night, keep_lease, reread_changed
from bbbkeep.operations.summary import SHOWN, Problem, Summary
from bbbkeep.selection import Selection


def begin(site):
    return begin_night(site, command="nightly", now=site.clock.now())


def correct_metadata(site, night, path):
    plan = metadata.plan_sheet(site, path, Selection(), now=night.now)
    run = metadata.begin_sheet(site, plan, now=night.now, token=night.token)
    for numbers in plan.chunks():
        metadata.apply_chunk(site, run, numbers)
    return metadata.finish_sheet(site, run, path)


def upload(site, night):
    plan = plan_captions(site)
    run = captions.begin_captions(site, plan, now=night.now, token=night.token)
    for numbers in plan.chunks():
        captions.send_chunk(site, run, numbers, now=night.now)
    return captions.finish_captions(site, run, now=night.now)


@pytest.fixture
def listed(server, site):
    server.state.add(*(a_recording(number) for number in (1, 2, 3)))
    sweep(site)
    return site


def test_one_lease_covers_all_runs_of_the_night_and_keeps_others_out(listed):
    night = begin(listed)
    correct_metadata(listed, night, a_sheet(listed, (an_id(1), "lang", "de")))
    a_caption_file(listed, an_id(1))
    upload(listed, night)

    with pytest.raises(LeaseHeldError, match=night.run_id):
        begin(listed)
    end_night(listed, night, Summary("campus"))
    begin(listed)


def test_a_night_that_keeps_at_work_keeps_its_lease(listed, clock):
    night = begin(listed)
    for _ in range(5):
        turn(clock, minutes=10)
        keep_lease(listed, night)

    with pytest.raises(LeaseHeldError):
        begin(listed)


def test_the_lease_of_a_night_that_died_runs_out(listed, clock):
    begin(listed)
    turn(clock, minutes=16)

    assert begin(listed).token


def test_a_wrong_policy_ends_the_night_before_any_request(server, site):
    site = with_policy(site, DELETE_AFTER_A_YEAR)
    a_policy(site.server.policy.parent, "mode: act\nruls: []\n")

    with pytest.raises(PolicyError):
        begin(site)
    assert server.requests == []
    a_policy(site.server.policy.parent, DELETE_AFTER_A_YEAR)
    begin(site)


def test_the_summarys_counts_equal_the_ledgers(listed, server):
    night = begin(listed)
    correct_metadata(listed, night, a_sheet(listed, (an_id(1), "lang", "de"), (an_id(2), "lang", "de")))
    server.set_faults("lost-update")
    correct_metadata(listed, night, a_sheet(listed, (an_id(3), "lang", "de"), name="b.csv"))
    server.set_faults()
    a_caption_file(listed, an_id(1))
    upload(listed, night)

    summary = end_night(listed, night, Summary("campus"))

    assert summary.outcomes == {
        "set_metadata": {"verified": 2, "unverified": 1},
        "upload_text_track": {"verified": 1},
    }
    with listed.ledger.read() as conn:
        recorded = runs.outcomes_since(conn, listed.key, night.now)
        ended = runs.get(conn, night.run_id)
        assert events.verify(conn, listed.key) is None
    assert sum(sum(counts.values()) for counts in summary.outcomes.values()) == len(recorded)
    assert (summary.exit, summary.run_id, ended.exit_code) == (3, night.run_id, 3)


@pytest.mark.parametrize(
    ("exits", "expected"),
    [
        pytest.param([], 0, id="all well"),
        pytest.param([0], 0, id="a note is no failure"),
        pytest.param([3, 6, 4], 6, id="an incomplete sweep before a guard"),
        pytest.param([6, 2], 2, id="a wrong file before an incomplete sweep"),
        pytest.param([9, 8], 8, id="the secret before the network"),
    ],
)
def test_of_several_problems_the_worst_is_the_nights_exit(listed, exits, expected):
    summary = Summary("campus", problems=[Problem("step", "said", code) for code in exits])

    assert end_night(listed, begin(listed), summary).exit == expected


def test_an_earlier_nights_outcomes_are_not_counted_again(listed, clock):
    first = begin(listed)
    correct_metadata(listed, first, a_sheet(listed, (an_id(1), "lang", "de")))
    end_night(listed, first, Summary("campus"))
    turn(clock, days=1)

    second = end_night(listed, begin(listed), Summary("campus"))

    assert (second.outcomes, second.exit) == ({}, 0)


def test_what_the_night_changed_is_looked_at_again(listed, server):
    night = begin(listed)
    correct_metadata(listed, night, a_sheet(listed, (an_id(1), "lang", "de"), (an_id(2), "lang", "de")))
    server.state.set_metadata(an_id(1), {"bbbkeep-hold": "case-7"})
    server.state.delete_row(an_id(2))

    assert reread_changed(listed, night) == 2

    with listed.ledger.read() as conn:
        rows = inventory.many(conn, listed.key, [an_id(1), an_id(2)])
    assert rows[an_id(1)].recording.metadata["bbbkeep-hold"] == "case-7"
    assert rows[an_id(2)].recording.state == "deleted"


def test_a_night_that_changed_nothing_asks_nothing(listed, server):
    night = begin(listed)
    asked_before = len(server.requests)

    assert reread_changed(listed, night) == 0
    assert len(server.requests) == asked_before


def test_a_plan_is_cut_into_chunks_that_hold_each_number_once():
    chunks = list(PlanRef("p", "p.json", items=2 * SIZE + 1).chunks())

    assert [len(chunk) for chunk in chunks] == [SIZE, SIZE, 1]
    assert [number for chunk in chunks for number in chunk] == list(range(1, 2 * SIZE + 2))
    assert list(PlanRef("p", "p.json", items=0).chunks()) == []
    assert [list(some) for some in cut(range(SIZE + 1))] == [list(range(SIZE)), [SIZE]]


def test_what_did_not_get_into_a_plan_is_noted_by_its_weight():
    summary = Summary("campus")
    left = (("a.srt", "refused", "bad"), ("b.srt", "skipped", "waits"), ("c.srt", "unchanged", "is there"))

    summary.note("captions", PlanRef("p", "p.json", 0, left))

    assert summary.problems == [Problem("captions", "a.srt: bad", 3), Problem("captions", "b.srt: waits", 0)]


def test_the_summary_says_all_it_knows_in_a_bounded_number_of_lines():
    summary = Summary("campus", sweep="3 recordings, complete", waiting=["an approval"], report="r.html")
    summary.outcomes = {"delete": {"verified": 2, "failed": 1}}
    summary.problems = [Problem("captions", f"file {number}", 3) for number in range(SHOWN + 7)]

    lines = summary.lines()

    assert lines[:3] == [
        "campus: 3 recordings, complete",
        "  delete: 1 failed, 2 verified",
        "  waiting: an approval",
    ]
    assert lines[-2:] == ["  and 7 more", "  report: r.html"]
    assert len(lines) == SHOWN + 5
    assert summary.document() == asdict(summary)
    assert Summary("campus").lines() == ["campus: not listed", "  nothing was written"]
