"""Whatever a server does to whichever write, what is recorded agrees with what is true."""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plans.bench import ALL, a_bench, a_recording
from plans.meddler import LOST_AFTER, LOST_BEFORE, SWALLOWED

from bbbkeep.plans.begin import exit_code

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
            bench.retagging(*ALL) if action == "set_metadata" else [bench.item(action, one) for one in ALL]
        )
        bench.proxy.on_write(fates)

        found = bench.apply(items)

        done = [bench.truth(one) != a_recording(one) for one in ALL]
        assert [one.outcome in {"verified", "unchanged"} for one in found] == done
        assert exit_code(found) == (0 if all(done) else 3)
        assert max(Counter(record_id for _, record_id in bench.proxy.writes).values()) <= 3
        assert len(bench.chain("intent")) == len(bench.proxy.writes)
        assert bench.chain_holds()
