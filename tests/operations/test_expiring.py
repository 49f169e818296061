"""Personal data goes after its time, and with it what undo could set back."""

from datetime import timedelta
from pathlib import Path

from plans.bench import FIRST, a_bench

from bbbkeep.operations.expiring import expire
from bbbkeep.operations.undoing import plan_undo


def test_what_is_older_than_keep_days_is_erased_and_nothing_younger(tmp_path: Path):
    with a_bench(tmp_path) as bench:
        bench.sweep()
        [found] = bench.apply([bench.item("delete", FIRST)])
        days = timedelta(days=bench.site.settings.keep_days)

        young = expire(bench.site, now=bench.clock.now() + days)
        old = expire(bench.site, now=bench.clock.now() + days + timedelta(seconds=1))

        assert (young.before_images, young.archived) == (0, 0)
        assert (old.before_images, old.archived) == (1, 1)
        assert bench.archived() == []
        assert plan_undo(bench.site, found.run_id, now=bench.clock.now()).items == 0
        assert bench.chain_holds()
