"""What a plan costs over bare requests: intents, looks, reading back, outcomes.

The peer sends the same changes over one connection and looks at nothing
before or after.  Where each recording gets a value of its own, both need a
request for each; where all get the same one, both put 50 in a request.
"""

import hashlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import requests

from bbbkeep.clock import SystemClock
from bbbkeep.ledger import intents, inventory
from bbbkeep.ledger.intents import Intent
from bbbkeep.ledger.store import Ledger
from bbbkeep.model import Recording
from bbbkeep.operations.chunks import SIZE
from bbbkeep.operations.inventory import sweep_all
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.apply import apply_items
from bbbkeep.plans.begin import begin
from bbbkeep.plans.document import PlanItem
from bbbkeep.plans.finish import finish
from bbbkeep.plans.make import Draft, make_plan
from bbbkeep.settings import ServerSettings, Settings
from bbbkeep.site import Site
from benchmarks.measure import Figure, NotMeasuredError
from benchmarks.processes import Server, standing_in

CHANGES, LATENCY_MS = 10_000, 20
TOGETHER = 50
_SECONDS = 3.0


def writing() -> Iterator[Figure]:
    """Measure metadata changes, each in a request of its own and many in one."""
    with (
        standing_in(CHANGES + CHANGES // 5, "bbb30", latency_ms=LATENCY_MS) as server,
        opened(server) as site,
    ):
        recordings = _recordings(site)
        size, unit = f"{len(recordings):,}", "s"
        for what, own, together, limit in (
            ("plan applied, each its own value", True, 1, 1.3),
            ("plan applied, one value for all", False, TOGETHER, None),
        ):
            theirs = _bare(server, recordings, f"peer{together}", own=own, together=together)
            ours = _applied(site, recordings, f"ours{together}", own=own)
            yield Figure(what, size, ours, unit, f"bare requests of {together}", theirs, limit)


def intending() -> Iterator[Figure]:
    """Measure how many intents are made durable, alone and 50 in a transaction."""
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / "ledger.sqlite3") as ledger:
        for size in (1, TOGETHER):
            rate = _intents_each_second(ledger, size)
            yield Figure(f"durable intents, {size} in a transaction", "", rate, "each second")


def _intents_each_second(ledger: Ledger, size: int) -> float:
    start, count, now = time.perf_counter(), 0, datetime.now(UTC)
    while time.perf_counter() - start < _SECONDS:
        some = [
            Intent(f"run-{size}", count + number, "a record ID", "delete", None, "0" * 64, 1)
            for number in range(size)
        ]
        with ledger.write() as conn:
            intents.intend(conn, "a server", some, now)
        count += size
    return count / (time.perf_counter() - start)


@contextmanager
def opened(server: Server) -> Iterator[Site]:
    """Open a site for a server, with a ledger that has listed it."""
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / "ledger.sqlite3") as ledger:
        here = ServerSettings("bench", server.url, server.secret, checksum="sha256")
        site = Site(Settings("a benchmark", Path(folder), {"bench": here}), here, ledger, SystemClock())
        sweep_all(site, now=site.clock.now())
        yield site


def _recordings(site: Site) -> list[Recording]:
    with site.ledger.read() as conn:
        found = [row.recording for row in inventory.rows(conn, site.key, states=("published", "unpublished"))]
    return found[:CHANGES]


def _bare(server: Server, recordings: Sequence[Recording], key: str, *, own: bool, together: int) -> float:
    start = time.perf_counter()
    with requests.Session() as session:
        for first in range(0, len(recordings), together):
            ids = ",".join(one.record_id for one in recordings[first : first + together])
            query = urlencode({"recordID": ids, f"meta_{key}": _value(first, own=own)})
            signed = hashlib.sha256(f"updateRecordings{query}{server.secret}".encode()).hexdigest()
            address = f"{server.url}/updateRecordings?{query}&checksum={signed}"
            if "SUCCESS" not in session.get(address, timeout=60).text:
                raise NotMeasuredError("the local server refused a bare request")
    return time.perf_counter() - start


def _applied(site: Site, recordings: Sequence[Recording], key: str, *, own: bool) -> float:
    start = time.perf_counter()
    items = [_item(one, key, _value(number, own=own)) for number, one in enumerate(recordings)]
    _, path = make_plan(site, Draft("metadata", items), now=site.clock.now())
    run = begin(site, path, command="a benchmark", now=site.clock.now())
    for first in range(1, len(items) + 1, SIZE):
        apply_items(site, run, range(first, first + SIZE), lambda _: None)
    outcomes = finish(site, run, now=site.clock.now())
    if {one.outcome for one in outcomes} != {"verified"}:
        raise NotMeasuredError("not everything was verified")
    return time.perf_counter() - start


def _item(recording: Recording, key: str, value: str) -> PlanItem:
    params = {"changes": {key: {"old": None, "new": value}}}
    mark = ACTIONS["set_metadata"].fingerprint(recording, params)
    return PlanItem(0, recording.record_id, "set_metadata", mark, ("measured",), params=params)


def _value(number: int, *, own: bool) -> str:
    return f"value {number}" if own else "value"
