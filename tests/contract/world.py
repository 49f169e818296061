"""A server under contract, whatever it is, and the site that works on it; the truth comes from its own store."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from empty_ledger import an_empty_ledger
from fake_clock import FakeClock
from plans.bench import WIDE, Bench

from bbbkeep.clock import Clock
from bbbkeep.errors import KeepError, LedgerError, UsageError
from bbbkeep.ledger.store import Ledger
from bbbkeep.ledger.sweeps import Sweep
from bbbkeep.model import ItemOutcome, Recording
from bbbkeep.operations.inventory import selected, sweep_all
from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.document import PlanItem
from bbbkeep.selection import Selection
from bbbkeep.settings import ServerSettings, Settings
from bbbkeep.site import Site
from bbbkeep.standin.recording import SeedFormat, SeedRecording
from bbbkeep.standin.server import LocalServer

SECRET = "sentinel-7c0ntract-5ecret"
T = TypeVar("T")


@dataclass(frozen=True)
class Known:
    """What a server holds of one recording."""

    name: str
    published: bool
    metadata: Mapping[str, str]
    formats: frozenset[str]
    start_ms: int
    participants: int


Truth = Mapping[str, Known]
"""Record ID -> what the server holds, deleted ones left out."""


@dataclass
class World:
    """A site, its server's truth (None: nobody can tell), and what went wrong on the way.

    With `faults` anything may fail, as long as it is said.  `ours` are recordings that may be written to.
    """

    site: Site
    truth: Callable[[], Truth | None]
    ours: Sequence[str]
    faults: Sequence[str] = ()
    local: LocalServer | None = None
    said: list[KeepError] = field(default_factory=list)

    @property
    def faulty(self) -> bool:
        return bool(self.faults)

    def attempt(self, work: Callable[[], T]) -> T | None:
        """Return what *work* returns; None where it gave up and said why."""
        try:
            return work()
        except LedgerError:
            raise
        except KeepError as error:
            if not str(error):
                raise
            self.said.append(error)
            return None

    def sweep(self) -> Sweep | None:
        return self.attempt(lambda: sweep_all(self.site, now=self.site.clock.now()))

    def listed(self, selection: Selection | None = None) -> list[Recording]:
        return [row.recording for row in selected(self.site, selection or Selection())]

    def with_server(self, **changes: str) -> Site:
        known = {
            name: getattr(self.site.server, name) for name in ("name", "url", "secret", "checksum", "profile")
        }
        server = ServerSettings(**{**known, **changes})
        return Site(self.site.settings, server, self.site.ledger, self.site.clock)

    def carry_out(
        self, action: str, record_id: str, params: Mapping[str, object] | None = None
    ) -> ItemOutcome | None:
        """Plan and apply one write; None: it was stopped before the write, and said why."""
        item = self.planned(action, record_id, params)
        return None if item is None else self.apply([item])

    def planned(
        self, action: str, record_id: str, params: Mapping[str, object] | None = None
    ) -> PlanItem | None:
        """Plan one write from what the server shows now."""

        def plan() -> PlanItem:
            with self.site.reader() as reader:
                shown = reader.recordings([record_id])
            if record_id not in shown:
                raise UsageError(f"the server does not show {record_id}")
            fingerprint = ACTIONS[action].fingerprint(shown[record_id], params or {})
            return PlanItem(0, record_id, action, fingerprint, ("asked for",), params=params or {})

        return self.attempt(plan)

    def apply(self, items: Sequence[PlanItem]) -> ItemOutcome | None:
        """Apply *items* in one plan and return the outcome of the first."""
        outcomes = self.apply_all(items)
        return outcomes[0] if outcomes else None

    def apply_all(self, items: Sequence[PlanItem]) -> Sequence[ItemOutcome] | None:
        """Apply *items* in one plan; None: it was stopped, and said why."""
        bench = Bench(self.local, None, self.site, self.site.clock)
        run = self.attempt(lambda: bench.begin(bench.plan(items, limits=WIDE)[1]))
        if run is None:
            return None
        self.attempt(lambda: bench.work(run))
        outcomes = self.attempt(lambda: bench.finish(run))
        assert outcomes is None or len(outcomes) == len(items), "an item disappeared"
        return outcomes


def an_id(number: int) -> str:
    """Spread over the prefixes; two of each meeting."""
    return f"{number // 2 * 7919 % 16:x}{number // 2:039x}-{1_700_000_000_000 + number * 1000}"


ODD_ID = "Imported_lecture-7"
OURS = tuple(an_id(number) for number in range(24))
TWIN = OURS[5] + "7"
"""An ID that goes on from another one."""


def a_recording(number: int, record_id: str) -> SeedRecording:
    start = int(record_id[41:54]) if len(record_id) == len(OURS[0]) else 0
    formats = ("presentation", "video", "notes")[: number % 3 + 1]
    return SeedRecording(
        record_id,
        meeting_id=f"course-{number // 2}",
        name="Größe & Ähre <1> 日本語" if number == 3 else f"Lecture {number}",
        state="unpublished" if number % 7 == 6 else "published",
        start_ms=start,
        end_ms=start + 3_600_000,
        participants=number + 1,
        metadata={"category": ("lecture", "seminar")[number % 2], "presenter": f"Person {number}"},
        formats=tuple(SeedFormat(kind) for kind in formats),
    )


def local_truth(server: LocalServer) -> Truth:
    """Read the local server's own store."""
    found = (server.state.recording(record_id) for record_id in server.state.record_ids())
    return {
        one.record_id: Known(
            one.name,
            one.state == "published" and getattr(one, "published", None) is not False,
            dict(one.metadata),
            frozenset(a_format.type for a_format in one.formats),
            one.start_ms,
            one.participants,
        )
        for one in found
        if one is not None and one.state != "deleted"
    }


def a_crowd(count: int) -> list[SeedRecording]:
    """Make recordings whose IDs all begin with the same digit."""
    ids = [f"f{number:039x}-{1_600_000_000_000 + number}" for number in range(count)]
    return [a_recording(number, record_id) for number, record_id in enumerate(ids)]


@contextmanager
def a_local_world(
    folder: Path, profile: str, faults: Sequence[str] = (), *, taken_for: str = "", crowd: int = 0
) -> Iterator[World]:
    """Start a local server of one kind with recordings of every shape; the client may take it for another kind."""
    clock = FakeClock()
    with LocalServer(profile=profile, secret=SECRET, clock=clock) as server:
        ids = (*OURS, TWIN, ODD_ID)
        server.state.fill([a_recording(number, record_id) for number, record_id in enumerate(ids)])
        server.state.fill(a_crowd(crowd))
        server.set_faults(*faults)
        checksum = "sha1" if profile == "recapi" else "sha256"
        with a_site_for(folder, server.url, SECRET, taken_for or profile, clock, checksum) as site:
            yield World(site, lambda: local_truth(server), OURS, faults=faults, local=server)


@contextmanager
def a_site_for(
    folder: Path, url: str, secret: str, profile: str, clock: Clock, checksum: str | None
) -> Iterator[Site]:
    server = ServerSettings(
        name="campus",
        url=url,
        secret=secret,
        checksum=checksum,
        profile=profile,
        captions_dir=folder / "captions",
        sheets_dir=folder / "sheets",
        reports_dir=folder / "reports",
    )
    settings = Settings(origin="a contract", state_dir=folder / "state", servers={"campus": server})
    with Ledger.open(an_empty_ledger(folder / "state")) as ledger:
        yield Site(settings, server, ledger, clock)
