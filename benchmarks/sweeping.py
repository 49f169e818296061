"""A sweep into a fresh ledger, beside downloading the same answers and throwing them away."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from bbbkeep.api.slices import Slice
from bbbkeep.clock import SystemClock
from bbbkeep.operations.inventory import sweep_all
from bbbkeep.settings import Settings, read_settings
from bbbkeep.site import Site, site_of
from bbbkeep.standin.server import LocalServer
from benchmarks.measure import Figure, compare


def sweeping(recordings: int) -> Figure:
    """Measure one size."""
    with LocalServer(recordings=recordings, seed=1) as server:
        settings = read_settings(
            environ={"BBB_URL": server.url, "BBB_SECRET": server.secret, "HOME": "/nonexistent"}
        )
        return compare(
            f"sweep of {recordings:,} recordings",
            recordings,
            lambda: _sweep(settings),
            "download only",
            lambda: _download(server),
        )


def _sweep(settings: Settings) -> None:
    with TemporaryDirectory() as folder, _fresh(settings, Path(folder)) as site:
        sweep_all(site, now=site.clock.now())


@contextmanager
def _fresh(settings: Settings, folder: Path) -> Iterator[Site]:
    with site_of(replace(settings, state_dir=folder), None, SystemClock()) as site:
        yield site


def _download(server: LocalServer) -> None:
    with requests.Session() as session:
        for part in Slice.first():
            query = f"state=any&recordID={','.join(part.prefixes)}"
            checksum = hashlib.sha256(f"getRecordings{query}{server.secret}".encode()).hexdigest()
            session.get(f"{server.url}/getRecordings?{query}&checksum={checksum}", timeout=120)
