"""One piece of work in a process of its own, which prints what it took: `python -m benchmarks.worker WHAT`.

Reads BBB_URL and BBB_SECRET.  Starting the interpreter and importing does not
count as time, but everything that was ever in memory counts as memory.
"""

import hashlib
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import requests

from bbbkeep.api.address import ServerAddress
from bbbkeep.api.reading import Reader
from bbbkeep.clock import SystemClock
from bbbkeep.operations.inventory import sweep_all
from bbbkeep.settings import read_settings
from bbbkeep.site import site_of

_PAGE = 100


def sweep(url: str, secret: str) -> int:
    """Sweep into a fresh ledger."""
    with TemporaryDirectory() as folder:
        settings = read_settings(
            environ={
                "BBB_URL": url,
                "BBB_SECRET": secret,
                "BBB_CHECKSUM": "sha256",
                "HOME": folder,
                "BBBKEEP_STATE": folder,
            }
        )
        with site_of(settings, None, SystemClock()) as site:
            found = sweep_all(site, now=site.clock.now())
    if found.status != "complete":
        raise SystemExit(f"the sweep is {found.status}: {found.because}")
    return found.count


def listing(url: str, secret: str) -> int:
    """Read all recordings with the client alone, digit by digit, and keep none."""
    count = 0
    with Reader(ServerAddress("here", url, secret), clock=SystemClock()) as reader:
        for digit in "0123456789abcdef":
            with reader.listing([digit]) as found:
                count += sum(1 for _ in found)
    return count


def download(url: str, _secret: str) -> int:
    """Fetch the answers whose paths stand on stdin, and throw them away."""
    parts, size = urlsplit(url), 0
    with requests.Session() as session:
        for path in sys.stdin.read().split():
            size += len(session.get(f"{parts.scheme}://{parts.netloc}{path}", timeout=600).content)
    return size


def pages(url: str, secret: str) -> int:
    """Fetch everything by offset and limit, as other clients do; return how many pages."""
    with requests.Session() as session:
        for number in range(1_000_000):
            query = f"state=any&offset={number * _PAGE}&limit={_PAGE}"
            checksum = hashlib.sha256(f"getRecordings{query}{secret}".encode()).hexdigest()
            answer = session.get(f"{url}/getRecordings?{query}&checksum={checksum}", timeout=600)
            if answer.content.count(b"<recordID>") < _PAGE:
                return number + 1
    return 0


WORK: dict[str, Callable[[str, str], int]] = {
    "sweep": sweep,
    "listing": listing,
    "download": download,
    "pages": pages,
}


def main() -> None:
    """Do one piece of work and print what it took, as JSON."""
    work, sent = WORK[sys.argv[1]], Counter[str]()
    sys.addaudithook(lambda event, _: sent.update([event]))
    wall, cpu = time.perf_counter(), time.process_time()
    count = work(os.environ["BBB_URL"], os.environ["BBB_SECRET"])
    took = {
        "count": count,
        "requests": sent["http.client.send"],
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(took))  # noqa: T201  # its answer to whoever started it


if __name__ == "__main__":
    main()
