"""With the ledger in PostgreSQL, plans are applied, broken off and resumed as with a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger.conftest import a_place
from plans.bench import ALL, FIRST, Bench, a_bench, outcomes
from plans.crashing import KilledError, bury, carried_out, mortal, resumed
from plans.meddler import LOST_AFTER, LOST_BEFORE, SWALLOWED

from bbbkeep.errors import GuardError, LeaseHeldError, PlanRefusedError
from bbbkeep.ledger import before_images, runs
from bbbkeep.plans.guards import Limits

pytestmark = pytest.mark.services


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with a_place("postgresql", tmp_path) as where, a_bench(tmp_path, where=where) as made:
        made.sweep()
        made.proxy.seen.clear()
        yield made


def test_outcomes_are_the_truth_whatever_happens_to_writes(bench: Bench):
    bench.proxy.on_write({1: LOST_BEFORE, 2: LOST_AFTER, 3: SWALLOWED, 4: "internalError"})

    found = bench.apply(bench.retagging(*ALL))

    assert [one.outcome == "verified" for one in found] == [
        one == "seminar" for one in bench.categories(*ALL)
    ]
    assert bench.chain_holds()
    with bench.site.ledger.read() as conn:
        image = before_images.get(conn, bench.chain("intent")[0].body["before"])
        assert image is not None
        assert image["metadata"]["category"] == "lecture"


def test_a_plan_is_good_for_one_run_and_one_run_at_a_time(bench: Bench):
    _, path = bench.plan(bench.retagging(*ALL))
    _, other = bench.plan(bench.retagging(FIRST))
    run = bench.begin(path)
    with pytest.raises(LeaseHeldError):
        bench.begin(other)
    bench.work(run)

    assert outcomes(bench.finish(run)) == ["verified"] * 4
    with pytest.raises(PlanRefusedError, match="applied already"):
        bench.begin(path)


def test_guards_count_what_was_deleted_today(bench: Bench):
    assert outcomes(bench.apply([bench.item("delete", one) for one in ALL[:2]])) == ["verified"] * 2
    bench.sweep()
    _, path = bench.plan([bench.item("delete", ALL[2])])

    with pytest.raises(GuardError):
        bench.begin(path, limits={"delete": Limits(2, 100)})


@pytest.mark.parametrize("durable", [False, True])
@pytest.mark.parametrize("step", [3, 4, 5, 6, 7])
def test_killed_and_resumed_all_is_as_without_it(bench: Bench, step: int, *, durable: bool):
    _, path = bench.plan([bench.item("delete", one) for one in ALL[:3]])
    try:
        carried_out(mortal(bench, step, durable=durable), bench, path)
    except KilledError:
        bury(bench)
    with bench.site.ledger.read() as conn:
        begun = runs.listing(conn, 1)

    if not begun:
        carried_out(bench.site, bench, path)
    elif begun[0].finished_at is None:
        resumed(bench)

    with bench.site.ledger.read() as conn:
        [run] = runs.listing(conn, 10)
        assert outcomes(runs.outcomes(conn, run.run_id)) == ["verified"] * 3
    assert [bench.truth(one).state for one in ALL] == ["deleted"] * 3 + ["published"]
    assert bench.chain_holds()
