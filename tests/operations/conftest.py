"""A local server without recordings, and a site to work on it; both live by one clock."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_clock import FakeClock
from operations.keeping import SECRET, a_site

from bbbkeep.site import Site
from bbbkeep.standin.server import LocalServer


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server(clock: FakeClock) -> Iterator[LocalServer]:
    with LocalServer(secret=SECRET, clock=clock) as running:
        yield running


@pytest.fixture
def site(server: LocalServer, clock: FakeClock, tmp_path: Path) -> Iterator[Site]:
    with a_site(server, clock, tmp_path) as opened:
        yield opened
