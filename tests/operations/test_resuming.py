"""A night goes on with what somebody's run left when something broke it off."""

from datetime import timedelta
from pathlib import Path

import pytest
from plans.bench import FIRST, SECOND, THIRD, Bench, a_bench

from bbbkeep.operations.night import begin_night
from bbbkeep.operations.resuming import go_on_tonight

WANTED = (FIRST, SECOND, THIRD)


@pytest.fixture
def bench(tmp_path: Path):
    with a_bench(tmp_path) as made:
        for record_id in WANTED:
            made.server.state.set_state(record_id, "unpublished")
        made.sweep()
        yield made


def broken_off(bench: Bench) -> str:
    """Begin to publish three recordings, publish one, and stop."""
    _, path = bench.plan([bench.item("publish", one) for one in WANTED], kind="publish")
    run = bench.begin(path)
    bench.work(run, numbers=[1])
    bench.finish(run)
    return run.run_id


def the_night_after(bench: Bench) -> list[str]:
    now = bench.clock.now()
    night = begin_night(bench.site, command="nightly", now=now)
    return go_on_tonight(bench.site, now=now, token=night.token)


def test_what_was_left_is_done_and_what_was_done_is_not_repeated(bench: Bench):
    run_id = broken_off(bench)
    before = len(bench.proxy.writes)

    told = the_night_after(bench)

    assert told == [f"{run_id} had broken off; it went on where it stopped"]
    assert [bench.truth(one).state for one in WANTED] == ["published"] * 3
    written = {one for _, ids in bench.proxy.writes[before:] for one in ids.split(",")}
    assert written == {SECOND, THIRD}


def test_a_plan_that_expired_meanwhile_is_told_and_not_carried_out(bench: Bench):
    run_id = broken_off(bench)
    bench.clock.advance(25 * 3600)

    [told] = the_night_after(bench)

    assert told.startswith(f"{run_id} broke off and can't go on")
    assert "expired" in told
    assert bench.truth(SECOND).state == "unpublished"


def test_what_broke_off_days_ago_is_not_told_for_ever(bench: Bench):
    broken_off(bench)
    bench.clock.advance(timedelta(days=4).total_seconds())

    assert the_night_after(bench) == []
