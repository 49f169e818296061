"""The night's report beside one reading of the ledger, and what it takes in memory."""

import json
import resource
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bbbkeep.clock import SystemClock
from bbbkeep.ledger import inventory
from bbbkeep.ledger.store import Ledger
from bbbkeep.operations.report import write_reports
from bbbkeep.settings import ServerSettings, Settings
from bbbkeep.site import Site
from benchmarks.deciding import LARGE, NOW, POLICY, SERVER, SMALL, fill
from benchmarks.measure import Figure, NotMeasuredError

_MOST_RATIO, _MOST_GROWTH, _MOST_PAGE_KB = 4.0, 1.2, 500
"""The policy is asked for five moments, and each row is written: several times a reading, whatever the size."""


def reporting() -> Iterator[Figure]:
    """Measure the processor's time for a recording, the most memory, and the page's size."""
    took = {}
    for size in (SMALL, LARGE):
        with TemporaryDirectory() as folder:
            fill(Path(folder) / "ledger.sqlite3", size)
            took[size] = _reported(Path(folder))
        work, read = (took[size][key] * 1e6 / size for key in ("work", "read"))
        yield Figure(
            "report, 20 rules", f"{size:,}", work, "us each", "reading the ledger", read, _MOST_RATIO
        )
    peaks = [took[size]["peak_mb"] for size in (LARGE, SMALL)]
    beside = f"the same at {SMALL:,}"
    yield Figure("report, peak memory", f"{LARGE:,}", peaks[0], "MB", beside, peaks[1], _MOST_GROWTH)
    yield Figure("report.html", f"{LARGE:,}", took[LARGE]["page_kb"], "kB", limit=_MOST_PAGE_KB)


def _reported(folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.reporting", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603  # our own module
    if done.returncode:
        raise NotMeasuredError(f"the report ended with exit code {done.returncode}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Read the ledger, report on it, and print what each took as JSON."""
    folder = Path(sys.argv[1])
    policy = folder / "policy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    server = ServerSettings(
        name="campus", url=SERVER, secret="", checksum="sha256", profile="bbb30", policy=policy
    )
    settings = Settings(origin="a measurement", state_dir=folder, servers={"campus": server})
    with Ledger.open(folder / "ledger.sqlite3") as ledger:
        start = time.process_time()
        with ledger.read() as conn:
            deque(inventory.rows(conn, SERVER, tracks=True), maxlen=0)
        read = time.process_time() - start
        site = Site(settings, server, ledger, SystemClock())
        written = write_reports(site, now=NOW, since=NOW, folder=folder / "reports")
        work = time.process_time() - start - read
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {"read": read, "work": work, "peak_mb": peak, "page_kb": written.page.stat().st_size / 1000}
    print(json.dumps(found))  # noqa: T201  # its answer


if __name__ == "__main__":
    main()
