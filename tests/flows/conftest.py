"""One throw-away Prefect server for all flows, and servers with a folder each to keep."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flows_site import Place

from bbbkeep.standin.server import LocalServer


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the API's URL of a server that starts once, because it takes 10 seconds to."""
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    without_heartbeat = temporary_settings(
        {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
    )  # a second for each flow
    with prefect_test_harness(server_startup_timeout=120), without_heartbeat:
        yield str(PREFECT_API_URL.value())


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer(caption_delay=0.0) as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, server: LocalServer) -> Place:
    """One server, kept from *tmp_path*."""
    return Place(tmp_path, {"main": server.url}, server.secret)
