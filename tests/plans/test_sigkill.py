"""Processes killed with kill -9 in the middle: resuming, or the next apply, leaves all as without it."""

import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from plans.processes import COMMANDS, IDS, TARGETS, Site, a_site, prepare
from started import PATIENCE

pytestmark = pytest.mark.long


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_site(tmp_path) as made:
        yield made


def kill_after(site: Site, process: "subprocess.Popen[str]", requests: int) -> bool:
    """Kill a process once the server has got so many requests of it; False: it ended before."""
    until, before = time.monotonic() + PATIENCE, len(site.server.requests)
    while len(site.server.requests) < before + requests and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.001)
    ended = process.poll() is not None
    process.kill()
    process.communicate()
    return not ended


@pytest.mark.parametrize("requests", [5, 8])
@pytest.mark.parametrize("what", COMMANDS)
def test_killed_and_resumed_all_is_as_without_it(site: Site, what: str, requests: int):
    prepare(site, what)
    killed = kill_after(site, site.start(*COMMANDS[what]), requests)

    if killed:
        site.run("runs", "resume", "--yes")
    code, document = site.run(*COMMANDS[what])

    assert code == 0, document
    done = {
        "metadata": lambda one: one.metadata["category"] == "seminar" and "seat" in one.metadata,
        "retention": lambda one: one.state == "deleted",
        "publish": lambda one: one.state == "published",
    }[what]
    assert [bool(done(one)) for one in site.truth()[: len(TARGETS)]] == [True] * len(TARGETS)
    assert [one.state for one in site.truth()[len(TARGETS) :]] == ["published"] * (len(IDS) - len(TARGETS))
    assert site.chain_holds()
    assert not site.held()
    assert set(Counter(site.written()).values()) <= {
        1,
        2,
    }  # a request under way when it died may be asked again
