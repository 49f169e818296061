"""Killed at any step and resumed: the server and the ledger are as after the run without the crash."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from plans.bench import ALL, FIRST, Bench, a_bench, setting
from plans.crashing import KilledError, bury, carried_out, mortal, resumed
from plans.meddler import LOST_BEFORE

from bbbkeep.ledger import runs
from bbbkeep.model import ItemOutcome
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.run import LEASE_FOR
from bbbkeep.standin.recording import SeedTrack

SOME = ALL[:3]
TRACK = SeedTrack("captions", "en", "English", "upload")


def planned(bench: Bench, action: str) -> list[PlanItem]:
    if action == "publish":
        for record_id in SOME:
            bench.server.state.set_state(record_id, "unpublished")
    if action == "remove_text_track":
        bench.server.state.put_track(FIRST, TRACK)
        return [bench.item(action, FIRST, {"kind": "captions", "lang": "en"})]
    params: dict[str, Any] = {
        "set_metadata": setting("seminar"),
        "remove_metadata": setting(None, "sentinel-old-value", "presenter"),
    }.get(action, {})
    return [bench.item(action, record_id, params) for record_id in SOME]


def known(found: list[ItemOutcome]) -> list[tuple[str, str, str]]:
    return [(one.record_id, one.action, one.outcome) for one in found]


def truth(bench: Bench) -> list[Any]:
    return [(bench.server.state.recording(one), bench.server.state.text_tracks(one)) for one in ALL]


def without_a_crash(action: str) -> tuple[list[Any], list[tuple[str, str, str]], int]:
    """Server, outcomes and number of ledger writes of a run that nothing stops."""
    with tempfile.TemporaryDirectory() as folder, a_bench(Path(folder)) as bench:
        bench.sweep()
        _, path = bench.plan(planned(bench, action))
        site = mortal(bench, 10_000, durable=True)
        found = carried_out(site, bench, path)
        return truth(bench), known(found), site.ledger.writes  # type: ignore[attr-defined]


OTHERS = ["set_metadata", "remove_metadata", "publish", "unpublish", "remove_text_track"]
ACTIONS = ["delete", *(pytest.param(name, marks=pytest.mark.long) for name in OTHERS)]


@pytest.mark.parametrize("action", ACTIONS)
def test_after_a_crash_at_any_step_all_is_as_without_it(action: str):
    server, outcomes, writes = without_a_crash(action)
    assert writes > 4

    for step in range(1, writes + 1):
        for durable in (False, True):
            with tempfile.TemporaryDirectory() as folder, a_bench(Path(folder)) as bench:
                bench.sweep()
                _, path = bench.plan(planned(bench, action))
                with pytest.raises(KilledError):
                    carried_out(mortal(bench, step, durable=durable), bench, path)
                bury(bench)
                found = go_on(bench, path)
                assert (truth(bench), known(found)) == (server, outcomes), (step, durable)
                assert bench.chain_holds()


def go_on(bench: Bench, path: Path) -> list[ItemOutcome]:
    """Resume the run; one that had not begun is begun, and one that had ended is left alone."""
    with bench.site.ledger.read() as conn:
        begun = runs.listing(conn, 10)
    if not begun:
        return carried_out(bench.site, bench, path)
    if begun[0].finished_at is not None:
        with bench.site.ledger.read() as conn:
            return runs.outcomes(conn, begun[0].run_id)
    return resumed(bench)


def test_what_was_sent_and_done_is_not_sent_again(bench: Bench):
    _, path = bench.plan(bench.retagging(*SOME))
    begin_take_and_intent = 6
    with pytest.raises(KilledError):
        carried_out(mortal(bench, begin_take_and_intent, durable=False), bench, path)
    sent = [ids for _, ids in bench.proxy.writes]
    assert sent
    bury(bench)

    found = resumed(bench)

    assert [one.outcome for one in found] == ["verified"] * 3
    assert sorted(ids for _, ids in bench.proxy.writes) == sorted(SOME)


def killed_after_an_intent(bench: Bench) -> None:
    """Kill a run right after the first intent is durable and before its request."""
    for step in range(1, 20):
        _, path = bench.plan(bench.retagging_together(*SOME))
        with pytest.raises(KilledError):
            carried_out(mortal(bench, step, durable=True), bench, path)
        if bench.chain("intent"):
            return
        bury(bench)
    raise AssertionError


def test_a_process_that_may_only_be_paused_keeps_what_it_had_begun_untouched(bench: Bench):
    killed_after_an_intent(bench)
    bench.clock.advance(LEASE_FOR.total_seconds() + 1)

    again = bench.apply(bench.retagging(*ALL))

    assert [one.outcome for one in again] == ["skipped", "skipped", "skipped", "verified"]
    assert "may still arrive" in again[0].because
    assert bench.categories(*ALL) == ["lecture"] * 3 + ["seminar"]


def test_a_paused_process_that_wakes_up_after_its_lease_was_taken_writes_nothing_new(bench: Bench):
    _, path = bench.plan(bench.retagging(*SOME))
    run = bench.begin(path)
    bench.clock.advance(LEASE_FOR.total_seconds() + 1)
    bench.apply(bench.retagging(ALL[3]))
    bench.proxy.seen.clear()

    with pytest.raises(Exception, match="is writing to it"):
        bench.work(run)

    assert bench.proxy.writes == []


def test_a_process_that_sleeps_between_intent_and_request_does_not_send(bench: Bench):
    _, path = bench.plan(bench.retagging_together(*SOME))
    run = bench.begin(path)
    steps = iter([LEASE_FOR.total_seconds()])
    now = bench.clock.now
    bench.clock.now = lambda: (
        (bench.clock.advance(next(steps, 0)) if bench.chain("intent") else None) or now()
    )  # type: ignore[method-assign]

    with pytest.raises(Exception, match="paused"):
        bench.work(run)

    assert bench.proxy.writes == []


def test_a_run_that_was_stopped_by_a_dead_server_goes_on_where_it_was(bench: Bench):
    _, path = bench.plan(bench.retagging(*SOME))
    run = bench.begin(path)
    bench.proxy.meddle = lambda *_: LOST_BEFORE if bench.proxy.writes else None
    with pytest.raises(Exception, match="refused or broke off"):
        bench.work(run)
    bench.finish(run)
    bench.proxy.meddle = lambda *_: None

    found = resumed(bench)

    assert [one.outcome for one in found] == ["unverified", "verified", "verified"]
