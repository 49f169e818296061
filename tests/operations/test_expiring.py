"""Personal data goes after its time, and with it what undo could set back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from operations.keeping import a_recording, a_sheet, an_id, apply_sheet, sweep
from plans.bench import FIRST, SECOND, Bench, a_bench

from bbbkeep.ledger import plans, sheets
from bbbkeep.operations.expiring import expire
from bbbkeep.operations.sheets import read
from bbbkeep.operations.undoing import plan_undo
from bbbkeep.plans.document import FRESH_FOR

MOMENT = timedelta(seconds=1)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with a_bench(tmp_path) as made:
        made.sweep()
        yield made


def days(bench: Bench) -> timedelta:
    return timedelta(days=bench.site.settings.keep_days)


def test_what_is_older_than_keep_days_is_erased_and_nothing_younger(bench: Bench):
    bench.apply([bench.item("delete", FIRST)])

    young = expire(bench.site, now=bench.clock.now() + days(bench))
    old = expire(bench.site, now=bench.clock.now() + days(bench) + MOMENT)

    assert (young.before_images, young.archived, young.plans) == (0, 0, 0)
    assert (old.before_images, old.archived, old.plans) == (1, 1, 1)
    assert bench.archived() == []
    assert list(bench.site.plans_dir.iterdir()) == []
    assert bench.chain_holds()


def test_of_what_was_erased_a_delete_still_names_the_way_back_and_nothing_is_set_back(bench: Bench):
    [deleted] = bench.apply([bench.item("delete", FIRST)])
    [retagged] = bench.apply(bench.retagging(SECOND))
    expire(bench.site, now=bench.clock.now() + days(bench) + MOMENT)

    delete = plan_undo(bench.site, deleted.run_id, now=bench.clock.now())
    metadata = plan_undo(bench.site, retagged.run_id, now=bench.clock.now())

    assert (delete.items, metadata.items) == (0, 0)
    assert f"/var/bigbluebutton/deleted/FORMAT/{FIRST}" in delete.left[0][2]
    assert metadata.left[0][2] == "what was there before is not kept any more"


def test_a_plan_that_nobody_applied_in_time_is_marked_as_expired(bench: Bench):
    plan, _ = bench.plan(bench.retagging(FIRST))
    [done] = bench.apply(bench.retagging(SECOND))

    expire(bench.site, now=bench.clock.now() + FRESH_FOR)

    with bench.site.ledger.read() as conn:
        assert plans.get(conn, plan.plan_id).status == "expired"
        assert plans.latest(conn, bench.site.key, "metadata").status == "consumed"
        assert done.outcome == "verified"


def test_the_values_of_a_sheet_are_forgotten_and_its_rows_stay_done(server, site):
    server.state.add(a_recording(1))
    sweep(site)
    path = a_sheet(site, (an_id(1), "presenter", "Ada"))
    text, digest = path.read_text(), read(site, path).digest
    apply_sheet(site, path)

    gone = expire(site, now=site.clock.now() + timedelta(days=site.settings.keep_days) + MOMENT)
    path.write_text(text)

    assert gone.values == 1
    with site.ledger.read() as conn:
        [row] = sheets.rows(conn, site.key, digest).values()
    assert (row.value, row.before, row.outcome) == (None, None, "verified")
    assert apply_sheet(site, path) == []
