"""A night goes on with what somebody's run left when something broke it off."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from operations.keeping import DELETE_AFTER_A_YEAR, a_recording, a_sheet, a_site, an_id, approved, sweep
from plans.bench import FIRST, SECOND, THIRD, Bench, a_bench
from plans.crashing import KilledError, MortalLedger
from sqlalchemy import update

from bbbkeep.ledger import holds, intents, sheets
from bbbkeep.ledger.schema import leases
from bbbkeep.operations.chunks import PlanRef
from bbbkeep.operations.metadata import begin_sheet, plan_sheet
from bbbkeep.operations.night import begin_night
from bbbkeep.operations.resuming import go_on, go_on_tonight, last_open_run
from bbbkeep.operations.retention import begin_retention, retain_chunk
from bbbkeep.operations.sheets import read
from bbbkeep.selection import Selection
from bbbkeep.site import Site

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


def killed_after(bench: Bench, done: int) -> str:
    """Begin to publish three recordings, publish some, and vanish without another word."""
    _, path = bench.plan([bench.item("publish", one) for one in WANTED], kind="publish")
    run = bench.begin(path)
    bench.work(run, numbers=range(1, done + 1))
    with bench.site.ledger.write() as conn:
        conn.execute(update(leases).values(started="1"))
    return run.run_id


@pytest.mark.parametrize("done", [0, 1, 2])
def test_the_night_does_what_a_killed_run_never_came_to(bench: Bench, done: int):
    run_id = killed_after(bench, done)
    before = len(bench.proxy.writes)

    told = the_night_after(bench)

    assert told == [f"{run_id} had broken off; it went on where it stopped"]
    assert [bench.truth(one).state for one in WANTED] == ["published"] * 3
    written = {one for _, ids in bench.proxy.writes[before:] for one in ids.split(",")}
    assert written == set(WANTED[done:])


def test_what_a_killed_run_never_came_to_outlives_another_run(bench: Bench):
    run_id = killed_after(bench, 1)
    bench.apply(bench.retagging(FIRST))

    assert last_open_run(bench.site) == run_id
    carried = go_on(bench.site, run_id, now=bench.clock.now())

    assert [one.outcome for one in carried.outcomes] == ["verified"] * 3
    assert [bench.truth(one).state for one in WANTED] == ["published"] * 3


def test_a_deletion_whose_request_never_went_out_is_sent_when_its_run_is_resumed(server, clock, tmp_path):
    server.state.add(a_recording(1, days_old=400), a_recording(2))
    with a_site(server, clock, tmp_path, DELETE_AFTER_A_YEAR) as site:
        sweep(site)
        killed_with_an_intent(site, approved(site))
        assert server.writes == []
        with site.ledger.write() as conn:
            conn.execute(update(leases).values(started="1"))

        carried = go_on(site, last_open_run(site), now=clock.now())

        assert [one.outcome for one in carried.outcomes] == ["verified"]
        assert len(server.writes) == 1


def test_a_sheet_killed_before_its_rows_were_taken_up_is_accounted_for_and_holds(server, clock, tmp_path):
    server.state.add(a_recording(1, days_old=400), a_recording(2))
    server.set_faults("lost-update")
    with a_site(server, clock, tmp_path, DELETE_AFTER_A_YEAR) as site:
        sweep(site)
        path = a_sheet(site, (an_id(1, 400), "bbbkeep-hold", "case 7"))
        plan = plan_sheet(site, path, Selection(), now=clock.now())
        begun = 2  # who ends what broke off, and gives its lease back; then the run begins
        dying = replace(site, ledger=MortalLedger(site.ledger, begun + 1, durable=True))  # type: ignore[arg-type]
        with pytest.raises(KilledError):
            begin_sheet(dying, plan, now=clock.now())
        with site.ledger.write() as conn:
            conn.execute(update(leases).values(started="1"))
        with site.ledger.read() as conn:
            assert sheets.rows(conn, site.key, read(site, path).digest) == {}

        go_on(site, last_open_run(site), now=clock.now())

        with site.ledger.read() as conn:
            [row] = sheets.rows(conn, site.key, read(site, path).digest).values()
            assert holds.in_force(conn, site.key, night_started=clock.now()) == {an_id(1, 400): "case 7"}
        assert row.outcome == "unverified"


def killed_with_an_intent(site: Site, plan: PlanRef) -> None:
    """Kill a run when its first intent is durable, and its request not sent."""
    run = begin_retention(site, plan, site.server.policy, now=site.clock.now())
    intent = 1
    dying = replace(site, ledger=MortalLedger(site.ledger, intent, durable=True))  # type: ignore[arg-type]
    with pytest.raises(KilledError):
        retain_chunk(dying, run, site.server.policy, [1], now=site.clock.now())
    with site.ledger.read() as conn:
        assert len(intents.of_run(conn, run.run_id)) == 1


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
