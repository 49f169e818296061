"""Whatever a server does to whichever write, what is recorded agrees with what is true."""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plans.bench import ALL, a_bench, a_recording
from plans.meddler import LOST_AFTER, LOST_BEFORE, SWALLOWED

from bbbkeep.plans.run import exit_code

SOME = ALL[:3]
"""All but one: guards leave a server its last recording."""

FATES = st.dictionaries(
    st.integers(1, 12), st.sampled_from([LOST_BEFORE, LOST_AFTER, SWALLOWED, "internalError"]), max_size=8
)


@given(FATES, st.sampled_from(["set_metadata", "unpublish", "delete"]))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_outcomes_are_the_servers_true_state(fates: dict[int, str], action: str):
    with tempfile.TemporaryDirectory() as folder, a_bench(Path(folder)) as bench:
        bench.sweep()
        bench.proxy.seen.clear()
        items = (
            bench.retagging_together(*SOME)
            if action == "set_metadata"
            else [bench.item(action, one) for one in SOME]
        )
        bench.proxy.on_write(fates)

        found = bench.apply(items)

        done = [bench.truth(one) != a_recording(one) for one in SOME]
        assert [one.outcome in {"verified", "unchanged"} for one in found] == done
        assert exit_code(found) == (0 if all(done) else 3)
        written = Counter(one for _, ids in bench.proxy.writes for one in ids.split(","))
        assert max(written.values()) <= 3
        assert len(bench.chain("intent")) == written.total()
        assert bench.chain_holds()
