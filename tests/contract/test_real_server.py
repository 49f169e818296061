"""The promises on a server of somebody's own: those that read, and where it is allowed, those that write.

BBB_TEST_URL and BBB_TEST_SECRET name it, BBB_TEST_PROFILE its kind (without
it, it is found out).  BBB_TEST_WRITES=1 allows writes, to recordings alone
that have the metadata key `bbbkeep-test`.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from contract.bbblb.truth import truth_of
from contract.suite import PROMISES
from contract.world import World, a_site_for

from bbbkeep.clock import SystemClock
from bbbkeep.operations.inventory import selected, sweep_all
from bbbkeep.selection import Selection
from bbbkeep.site import Site

URL, SECRET = os.environ.get("BBB_TEST_URL", ""), os.environ.get("BBB_TEST_SECRET", "")
WRITES = os.environ.get("BBB_TEST_WRITES") == "1"
DATABASE = os.environ.get("BBB_TEST_BBBLB_DATABASE", "")
ASKED = [one for one in PROMISES.values() if WRITES or not one.writes]

pytestmark = pytest.mark.skipif(
    not (URL and SECRET), reason="BBB_TEST_URL and BBB_TEST_SECRET name no server"
)


@pytest.fixture(scope="module")
def candidates(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Sweep once for the recordings that the promises may use."""
    with a_real_site(tmp_path_factory.mktemp("candidates")) as site:
        sweep_all(site, now=site.clock.now())
        usual = [row.recording for row in selected(site, Selection()) if row.recording.record_id.islower()]
    if WRITES:
        return [one.record_id for one in usual if "bbbkeep-test" in (one.metadata or {})]
    return [one.record_id for one in usual][:50]


@pytest.fixture
def world(tmp_path: Path, candidates: list[str]) -> Iterator[World]:
    with a_real_site(tmp_path) as site:
        ours = candidates
        if WRITES:
            with site.reader() as reader:
                shown = reader.recordings(candidates)
            ours = [one for one in candidates if one in shown and shown[one].published]
            if len(ours) < 6:
                pytest.skip("fewer than 6 published recordings have the metadata key bbbkeep-test")
        yield World(site, lambda: truth_of(Path(DATABASE)) if DATABASE else None, ours)


def a_real_site(folder: Path) -> AbstractContextManager[Site]:
    profile = os.environ.get("BBB_TEST_PROFILE") or None
    return a_site_for(folder, URL, SECRET, profile, SystemClock(), None)


@pytest.mark.parametrize("sentence", [one.sentence for one in ASKED])
def test_a_promise_is_kept_by_this_server(world: World, sentence: str) -> None:
    words = PROMISES[sentence].check(world)

    print(f"{sentence}: {words}")  # noqa: T201  # what it can't do is no failure, and the reason for this run


def test_its_sweep_is_complete(world: World) -> None:
    sweep = world.sweep()

    assert sweep is not None, world.said
    assert sweep.status == "complete", sweep.because
