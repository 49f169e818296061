"""Several recordings in one request: under the profile's limits, and each still answers for itself."""

from dataclasses import replace

import pytest
from plans.bench import ALL, FIRST, SECOND, Bench, outcomes, setting
from plans.meddler import LOST_AFTER, LOST_BEFORE, SWALLOWED

from bbbkeep.api.profiles import profile_named
from bbbkeep.plans.batches import batches
from bbbkeep.plans.document import PlanItem

BBB30 = profile_named("bbb30")


def an_item(number: int, action: str = "delete", **params: object) -> PlanItem:
    return PlanItem(number, f"{number:040x}-1700000000000", action, "", (), params=params)


def sizes(items: list[PlanItem]) -> list[int]:
    return [len(batch) for batch in batches(items, BBB30)]


def test_no_request_names_more_ids_than_the_profile_allows():
    assert sizes([an_item(number) for number in range(1, 121)]) == [50, 50, 20]


def test_long_values_leave_room_for_fewer_ids():
    items = [an_item(number, "set_metadata", **setting("x" * 3000)) for number in range(1, 25)]

    assert max(sizes(items)) < 15
    assert sum(sizes(items)) == 24


def test_only_items_that_tell_the_server_the_same_go_together():
    items = [
        an_item(1, "set_metadata", **setting("seminar")),
        an_item(2, "set_metadata", **setting("exam")),
        an_item(3, "set_metadata", **setting("seminar")),
        an_item(4, "unpublish"),
    ]

    assert [[one.number for one in batch] for batch in batches(items, BBB30)] == [[1, 3], [2], [4]]


def test_a_recording_that_comes_twice_is_written_to_in_order():
    items = [an_item(1, "unpublish"), an_item(2, "unpublish")]
    again = PlanItem(3, items[0].record_id, "unpublish", "", ())

    assert [[one.number for one in batch] for batch in batches([*items, again], BBB30)] == [[1, 2], [3]]


def test_text_tracks_go_alone():
    track = {"kind": "captions", "lang": "en"}

    assert sizes([an_item(number, "remove_text_track", **track) for number in (1, 2)]) == [1, 1]


def test_one_request_writes_all_and_each_has_its_own_intent_answer_and_outcome(bench: Bench):
    found = bench.apply(bench.retagging_together(*ALL))

    assert outcomes(found) == ["verified"] * 4
    assert bench.proxy.writes == [("updateRecordings", ",".join(ALL))]
    for kind in ("intent", "answer", "outcome"):
        assert [event.body["number"] for event in bench.chain(kind)] == [1, 2, 3, 4]


@pytest.mark.parametrize("fate", [LOST_BEFORE, LOST_AFTER, "internalError", "notFound"])
def test_a_batch_that_was_lost_or_refused_goes_on_one_by_one_where_it_did_nothing(bench: Bench, fate: str):
    bench.proxy.on_write({1: fate})

    assert outcomes(bench.apply(bench.retagging_together(*ALL))) == ["verified"] * 4
    assert len(bench.proxy.writes) == (1 if fate == LOST_AFTER else 5)


def test_a_batch_that_was_accepted_in_part_is_told_apart_by_reading_back(bench: Bench):
    bench.proxy.on_write({1: SWALLOWED})
    items = bench.retagging_together(*ALL)
    bench.clock.on_sleep = lambda _: bench.server.state.set_metadata(SECOND, {"category": "seminar"})

    found = bench.apply(items)

    assert outcomes(found) == ["unverified", "verified", "unverified", "unverified"]
    assert len(bench.proxy.writes) == 1


@pytest.mark.parametrize("k", range(4))
def test_one_that_the_server_refuses_in_a_batch_fails_alone(bench: Bench, k: int):
    bench.proxy.meddle = lambda call, ids: (
        "internalError" if call == "updateRecordings" and ALL[k] in ids else None
    )

    found = bench.apply(bench.retagging_together(*ALL))

    assert outcomes(found) == ["failed" if number == k else "verified" for number in range(4)]
    assert [one == "seminar" for one in bench.categories(*ALL)] == [number != k for number in range(4)]


def test_a_running_meetings_recording_is_left_alone(bench: Bench):
    _, path = bench.plan(bench.retagging_together(FIRST, SECOND))
    run = replace(bench.begin(path), running=(FIRST,))

    bench.work(run)

    found = bench.finish(run)
    assert [(one.outcome, one.because) for one in found] == [
        ("skipped", "its meeting is still running"),
        ("verified", "read back"),
    ]
    assert bench.proxy.writes == [("updateRecordings", SECOND)]


def test_a_server_that_fails_to_tell_its_meetings_is_not_written_to(bench: Bench):
    _, path = bench.plan(bench.retagging_together(FIRST))
    bench.proxy.meddle = lambda call, _: "internalError" if call == "getMeetings" else None

    with pytest.raises(Exception, match="internalError"):
        bench.begin(path)

    bench.proxy.meddle = lambda *_: None
    bench.work(bench.begin(path))
    assert len(bench.proxy.writes) == 1


def test_a_server_without_that_call_is_written_to_and_it_is_said(bench: Bench):
    _, path = bench.plan(bench.retagging_together(FIRST))
    bench.proxy.meddle = lambda call, _: "unsupportedRequest" if call == "getMeetings" else None

    run = bench.begin(path)
    bench.work(run)

    assert "does not tell which meetings are running" in run.remarks[0]
    assert outcomes(bench.finish(run)) == ["verified"]
