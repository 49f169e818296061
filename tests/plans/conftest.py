"""Four published recordings on the local server, and everything needed to write to them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from plans.bench import Bench, a_bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with a_bench(tmp_path) as made:
        yield made


@pytest.fixture
def swept(bench: Bench) -> Bench:
    """The same after a complete sweep, without which nothing may be taken away."""
    bench.sweep()
    bench.proxy.seen.clear()
    return bench
