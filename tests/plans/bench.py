"""A site to write to: the local server, a meddling proxy before it, a ledger, a clock that only jumps."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from empty_ledger import an_empty_ledger
from fake_clock import FakeClock
from plans.meddler import Meddler

from bbbkeep.ledger import events, leases
from bbbkeep.ledger.events import Event
from bbbkeep.ledger.store import Ledger
from bbbkeep.model import ItemOutcome, Recording
from bbbkeep.operations.inventory import sweep_all
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.apply import apply_items
from bbbkeep.plans.applying import HoldCheck
from bbbkeep.plans.begin import begin
from bbbkeep.plans.document import Plan, PlanItem
from bbbkeep.plans.finish import finish
from bbbkeep.plans.guards import GUARDED, Limits
from bbbkeep.plans.make import Draft, make_plan
from bbbkeep.plans.run import LEASE_FOR, RunRef
from bbbkeep.settings import ServerSettings, Settings
from bbbkeep.site import Site
from bbbkeep.standin.recording import SeedRecording
from bbbkeep.standin.server import LocalServer

SECRET = "sentinel-4f1d-shared-secret"
FIRST, SECOND, THIRD, FOURTH = (letter * 40 + "-1700000000000" for letter in "abcd")
ALL = (FIRST, SECOND, THIRD, FOURTH)
WIDE = dict.fromkeys(GUARDED, Limits(1000, 100))
START_MS = 1_700_000_000_000


def a_recording(record_id: str = FIRST, **facts: Any) -> SeedRecording:
    standard = {
        "meeting_id": "course-7",
        "name": "Algebra",
        "start_ms": START_MS,
        "end_ms": START_MS + 3_600_000,
        "participants": 3,
        "metadata": {"category": "lecture", "presenter": "sentinel-old-value"},
    }
    return SeedRecording(record_id, **{**standard, **facts})


def nobody(_: Recording) -> str | None:
    return None


def tagged(recording: Recording) -> str | None:
    """A hold as an operation would check it."""
    return "on hold" if "bbbkeep-hold" in (recording.metadata or {}) else None


def setting(value: str, old: str | None = "lecture", key: str = "category") -> dict[str, Any]:
    return {"changes": {key: {"old": old, "new": value}}}


@dataclass
class Bench:
    server: LocalServer
    proxy: Meddler
    site: Site
    clock: FakeClock
    locker: sqlite3.Connection | None = None

    def lock_ledger(self) -> None:
        """Let another process keep the ledger from being written."""
        if self.locker is None:
            file = self.site.settings.state_dir / "ledger.sqlite3"
            self.locker = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
            self.locker.execute("BEGIN IMMEDIATE")

    def unlock_ledger(self) -> None:
        if self.locker is not None:
            self.locker.close()
            self.locker = None

    def take_over_lease(self, token: str) -> None:
        """Let another run write to the server from now on."""
        with self.site.ledger.write() as conn:
            leases.release(conn, self.site.key, token)
            leases.take(conn, self.site.key, "another run", now=self.clock.now(), ttl=LEASE_FOR)

    def sweep(self) -> None:
        sweep_all(self.site, now=self.clock.now())

    def item(
        self, action: str, record_id: str = FIRST, params: Mapping[str, Any] | None = None, **facts: Any
    ) -> PlanItem:
        """An item as planned from what the server shows now."""
        with self.site.reader() as reader:
            recording = reader.recordings([record_id])[record_id]
        fingerprint = ACTIONS[action].fingerprint(recording, params or {})
        return PlanItem(0, record_id, action, fingerprint, ("asked for",), params=params or {}, **facts)

    def retagging(self, *record_ids: str, value: str = "seminar") -> list[PlanItem]:
        """Items that each go in a request of their own, because each sets another value too."""
        own = {one: {"seat": {"old": None, "new": one[0]}} for one in record_ids}
        params = {one: {"changes": setting(value)["changes"] | own[one]} for one in record_ids}
        return [self.item("set_metadata", one, params[one]) for one in record_ids]

    def retagging_together(self, *record_ids: str, value: str = "seminar") -> list[PlanItem]:
        """Items that may go in one request."""
        return [self.item("set_metadata", one, setting(value)) for one in record_ids]

    def plan(self, items: Sequence[PlanItem], kind: str = "metadata", **draft: Any) -> tuple[Plan, Path]:
        return make_plan(self.site, Draft(kind, items, **{"limits": WIDE, **draft}), now=self.clock.now())

    def begin(self, path: Path, **given: Any) -> RunRef:
        options = {"limits": WIDE, "now": self.clock.now(), **given}
        return begin(self.site, path, command="test", **options)

    def work(
        self, run: RunRef, held: HoldCheck = nobody, numbers: Sequence[int] = range(1, 200)
    ) -> list[ItemOutcome]:
        return apply_items(self.site, run, numbers, held)

    def finish(self, run: RunRef) -> list[ItemOutcome]:
        return finish(self.site, run, now=self.clock.now())

    def apply(self, items: Sequence[PlanItem], held: HoldCheck = nobody) -> list[ItemOutcome]:
        """Plan and apply *items* without a policy; a deletion needs a sweep first."""
        _, path = self.plan(items)
        run = self.begin(path)
        self.work(run, held)
        return self.finish(run)

    def categories(self, *record_ids: str) -> list[str | None]:
        return [self.truth(record_id).metadata.get("category") for record_id in record_ids]

    def truth(self, record_id: str = FIRST) -> SeedRecording:
        found = self.server.state.recording(record_id)
        assert found is not None
        return found

    def archived(self) -> list[dict[str, Any]]:
        """What was saved before writes, oldest first."""
        return [json.loads(path.read_bytes()) for path in sorted(self.site.archive_dir.rglob("*.json"))]

    def chain(self, kind: str | None = None) -> list[Event]:
        with self.site.ledger.read() as conn:
            found = list(events.events(conn, self.site.key))
        return [event for event in found if kind in {None, event.kind}]

    def chain_holds(self) -> bool:
        with self.site.ledger.read() as conn:
            return events.verify(conn, self.site.key) is None


@contextmanager
def a_bench(
    folder: Path,
    clock: FakeClock | None = None,
    profile: str = "bbb30",
    faults: Sequence[str] = (),
    where: Path | str | None = None,
) -> Iterator[Bench]:
    clock = clock or FakeClock()
    with (
        LocalServer(secret=SECRET, clock=clock, profile=profile, faults=faults) as server,
        Ledger.open(where or an_empty_ledger(folder / "state"), lock_wait=0.3) as ledger,
    ):
        server.state.add(*(a_recording(record_id) for record_id in ALL))
        proxy = Meddler(server.url)
        here = ServerSettings("campus", proxy.url, SECRET, checksum="sha256")
        settings = Settings("the test", folder / "state", {"campus": here})
        bench = Bench(server, proxy, Site(settings, here, ledger, clock), clock)
        try:
            yield bench
        finally:
            bench.unlock_ledger()
            proxy.close()


def outcomes(found: Sequence[ItemOutcome]) -> list[str]:
    return [one.outcome for one in found]
