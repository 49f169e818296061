"""A recording that makes the server fail costs nothing but its own item."""

import pytest
from plans.bench import ALL, FIRST, SECOND, Bench, outcomes
from plans.meddler import LOST_BEFORE

from bbbkeep.errors import BbbUnavailableError


def failing_for(bad: str, call: str):
    """Break off where *bad* is asked for by *call*, alone or among others."""
    return lambda asked, ids: LOST_BEFORE if asked == call and bad in ids else None


def test_a_recording_that_can_not_be_looked_at_fails_alone(bench: Bench):
    items = bench.retagging(*ALL)
    bench.proxy.meddle = failing_for(SECOND, "getRecordings")

    found = bench.apply(items)

    assert outcomes(found) == ["verified", "failed", "verified", "verified"]
    assert "fails for this recording alone" in found[1].because
    assert bench.categories(*ALL) == ["seminar", "lecture", "seminar", "seminar"]


def test_a_deletion_is_not_sent_for_what_can_not_be_looked_at(swept: Bench):
    items = [swept.item("delete", record_id) for record_id in ALL[:3]]
    swept.proxy.meddle = failing_for(FIRST, "getRecordings")

    found = swept.apply(items)

    assert outcomes(found) == ["failed", "verified", "verified"]
    assert FIRST not in [record_id for _, record_id in swept.proxy.writes]


def test_a_server_that_answers_nothing_is_not_taken_for_a_bad_recording(bench: Bench):
    _, path = bench.plan(bench.retagging(*ALL))
    run = bench.begin(path)
    bench.proxy.meddle = lambda *_: LOST_BEFORE

    with pytest.raises(BbbUnavailableError):
        bench.work(run)

    assert outcomes(bench.finish(run)) == ["skipped"] * 4


def test_a_recording_that_the_server_refuses_to_show_after_its_write_is_unverified_alone(bench: Bench):
    items = bench.retagging(*ALL)
    bench.proxy.meddle = lambda call, asked: (
        "internalError" if call == "getRecordings" and SECOND in asked and bench.proxy.writes else None
    )

    found = bench.apply(items)

    assert outcomes(found) == ["verified", "unverified", "verified", "verified"]
    assert bench.categories(*ALL) == ["seminar"] * 4
