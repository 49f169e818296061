"""A delete that the server carries out after its deadline was ours all the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from plans.bench import ALL, FIRST, SECOND, Bench, a_bench, a_recording, outcomes
from plans.meddler import SHOWS_NOTHING, SWALLOWED

from bbbkeep.ledger import deletions, gone, runs, sweeps
from bbbkeep.ledger.deletions import Walk

DAY = 24 * 3600


@pytest.fixture
def swept(tmp_path: Path) -> Iterator[Bench]:
    with a_bench(tmp_path) as made:
        made.sweep()
        yield made


@pytest.fixture
def tried(swept: Bench) -> Bench:
    """A delete that the server accepted, and that did not show in time."""
    a_try(swept)
    return swept


def a_try(bench: Bench, record_id: str = FIRST) -> None:
    bench.proxy.seen.clear()
    bench.proxy.on_write({1: SWALLOWED})
    assert outcomes(bench.apply([bench.item("delete", record_id)])) == ["unverified"]
    bench.proxy.meddle = lambda *_: None


def a_listing(bench: Bench, days: float = 1) -> None:
    bench.clock.advance(days * DAY)
    bench.sweep()


def told(bench: Bench) -> list[tuple[str, str]]:
    """What every run says of its items, oldest first."""
    with bench.site.ledger.read() as conn:
        found = [one for run in reversed(runs.listing(conn, 10)) for one in runs.outcomes(conn, run.run_id)]
    return [(one.outcome, one.because) for one in found]


def proven(bench: Bench) -> tuple[list[str], tuple[str, ...]]:
    walk = Walk()
    with bench.site.ledger.read() as conn:
        return [one.record_id for one in deletions.deletions(conn, bench.site.key, walk)], walk.unproven


def vanished(bench: Bench) -> list[str]:
    with bench.site.ledger.read() as conn:
        return [one.row.recording.record_id for one in gone.vanished(conn, bench.site.key)]


def test_it_is_verified_by_the_next_listing_and_proven(tried: Bench):
    tried.server.state.delete_row(FIRST)
    a_listing(tried)

    assert told(tried) == [("verified", "done after its deadline: the server no longer shows it")]
    assert proven(tried) == ([FIRST], ())
    assert vanished(tried) == []
    assert tried.chain_holds()


def test_one_that_is_still_there_stays_unverified(tried: Bench):
    a_listing(tried)

    assert [outcome for outcome, _ in told(tried)] == ["unverified"]
    assert proven(tried) == ([], (FIRST,))


def test_of_several_tries_one_is_proven_and_none_is_left_unproven(tried: Bench):
    a_listing(tried)
    a_try(tried)
    tried.server.state.delete_row(FIRST)
    a_listing(tried)

    assert [outcome for outcome, _ in told(tried)] == ["unverified", "verified"]
    assert proven(tried) == ([FIRST], ())


def test_it_is_written_down_once(tried: Bench):
    tried.server.state.delete_row(FIRST)
    a_listing(tried)
    events = len(tried.chain("outcome"))
    a_listing(tried)

    assert len(tried.chain("outcome")) == events


def test_an_empty_answer_proves_nothing(tried: Bench):
    tried.proxy.meddle = lambda call, asked: (
        SHOWS_NOTHING if call == "getRecordings" and FIRST in asked else None
    )
    a_listing(tried)

    assert [outcome for outcome, _ in told(tried)] == ["unverified"]


def test_it_is_looked_for_on_fourteen_days(tried: Bench):
    tried.server.state.delete_row(FIRST)
    a_listing(tried, days=14.1)

    assert [outcome for outcome, _ in told(tried)] == ["unverified"]
    assert vanished(tried) == [FIRST]


def test_a_listing_that_has_nothing_of_the_kind_to_look_at_asks_nothing_more(swept: Bench):
    swept.apply([swept.item("delete", SECOND)])
    swept.proxy.seen.clear()
    a_listing(swept)

    assert all(SECOND not in asked for _, asked in swept.proxy.seen)


def test_a_listing_that_shows_another_server_verifies_none(tried: Bench):
    for record_id in ALL:
        tried.server.state.delete_row(record_id)
    tried.server.state.add(*(a_recording(f"{letter * 40}-1700000000000") for letter in "4567"))
    a_listing(tried)

    assert [outcome for outcome, _ in told(tried)] == ["unverified"]


def test_one_that_the_server_refuses_to_show_hides_no_other_and_spoils_no_listing(tried: Bench):
    a_try(tried, SECOND)
    tried.server.state.delete_row(SECOND)
    tried.proxy.meddle = lambda call, asked: (
        "internalError" if call == "getRecordings" and FIRST in asked else None
    )
    a_listing(tried)

    with tried.site.ledger.read() as conn:
        assert sweeps.latest(conn, tried.site.key).status == "complete"
    assert [outcome for outcome, _ in told(tried)] == ["unverified", "verified"]
