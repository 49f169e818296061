"""Builders: a server's recordings, a site to work on it, and whole commands in one call."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from empty_ledger import an_empty_ledger
from fake_clock import NOW, FakeClock
from sqlalchemy import update

from bbbkeep.errors import CaptionWorkerError
from bbbkeep.ledger.schema import leases
from bbbkeep.ledger.store import Ledger
from bbbkeep.ledger.sweeps import Sweep
from bbbkeep.model import ItemOutcome
from bbbkeep.operations import captions, metadata, retention
from bbbkeep.operations.caption_files import Prepared, file_away_done, prepare
from bbbkeep.operations.caption_folder import waiting_files
from bbbkeep.operations.chunks import PlanRef, refer
from bbbkeep.operations.inventory import sweep_all
from bbbkeep.operations.settle import look_again
from bbbkeep.plans.approving import approve
from bbbkeep.plans.document import Plan, read_plan
from bbbkeep.plans.finish import finish
from bbbkeep.selection import Selection
from bbbkeep.settings import ServerSettings, Settings
from bbbkeep.site import Site
from bbbkeep.standin.recording import SeedRecording
from bbbkeep.standin.server import LocalServer

SECRET = "sentinel-5ecret-0f1e2d3c4b5a"

SRT = "1\n00:00:01,000 --> 00:00:03,000\nGuten Tag.\n\n2\n00:00:04,000 --> 00:00:06,500\nBis morgen.\n"

DELETE_AFTER_A_YEAR = """\
mode: act
guards: {max_deletes: 50, max_share_percent: 100, reason: a test's sites are small}
rules:
  - name: old
    action: delete
    when:
      age: {from: end, over: 365d}
"""


def an_id(number: int = 1, days_old: float = 10) -> str:
    started = NOW - timedelta(days=days_old)
    return f"{number:040x}-{int(started.timestamp() * 1000)}"


def a_recording(number: int = 1, *, days_old: float = 10, **facts: object) -> SeedRecording:
    started_ms = int((NOW - timedelta(days=days_old)).timestamp() * 1000)
    known = {
        "meeting_id": f"course-{number}",
        "name": f"Algebra {number}",
        "start_ms": started_ms,
        "end_ms": started_ms + 3_600_000,
        "participants": 12,
        "metadata": {"category": "lecture"},
    }
    return SeedRecording(an_id(number, days_old), **known | facts)


@contextmanager
def a_site(
    server: LocalServer, clock: FakeClock, folder: Path, policy: str | None = None, **changes: object
) -> Iterator[Site]:
    known = {
        "name": "campus",
        "url": server.url,
        "secret": SECRET,
        "checksum": "sha256",
        "captions_dir": folder / "captions",
        "sheets_dir": folder / "sheets",
        "reports_dir": folder / "reports",
        "policy": None if policy is None else a_policy(folder, policy),
    }
    chosen = ServerSettings(**known | changes)
    settings = Settings(origin="a test", state_dir=folder / "state", servers={"campus": chosen})
    with Ledger.open(an_empty_ledger(folder / "state")) as ledger:
        yield Site(settings, chosen, ledger, clock)


def a_policy(folder: Path, text: str) -> Path:
    path = folder / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def with_policy(site: Site, text: str) -> Site:
    path = a_policy(site.settings.state_dir.parent, text)
    return replace(site, server=replace(site.server, policy=path))


def with_captions(site: Site, **settings: object) -> Site:
    """Return the site with other settings of captions: `with_captions(site, unsettled=3)`."""
    captions = replace(site.settings.captions, **settings)
    return replace(site, settings=replace(site.settings, captions=captions))


def with_lang_map(site: Site, **tags: str) -> Site:
    return replace(site, server=replace(site.server, lang_map=tags))


def a_sheet(site: Site, *rows: tuple[str, str, str], name: str = "edits.csv") -> Path:
    """Lay a sheet into the drop folder."""
    lines = ["record_id,key,value", *(",".join(row) for row in rows)]
    path = site.server.sheets_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def apply_sheet(site: Site, path: Path) -> list[ItemOutcome]:
    now = site.clock.now()
    plan = metadata.plan_sheet(site, path, Selection(), now=now)
    run = metadata.begin_sheet(site, plan, now=now)
    for numbers in plan.chunks():
        metadata.apply_chunk(site, run, numbers)
    return metadata.finish_sheet(site, run, path)


def a_caption_file(site: Site, name: str, text: str = SRT) -> Path:
    """Lay a caption file into the drop folder; *name* is all of it, or a record ID."""
    path = site.server.captions_dir / (name if "." in name else f"{name}.de.srt")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def plan_captions(site: Site) -> PlanRef:
    return plan_prepared(site, prepared(site))


def plan_prepared(site: Site, files: list[Prepared]) -> PlanRef:
    return captions.plan_captions(site, files, Selection(), now=site.clock.now())


def prepared(site: Site) -> list[Prepared]:
    return prepare(site, waiting_files(site))


def upload_captions(site: Site) -> list[ItemOutcome]:
    """Do what a night does for captions."""
    look_again(site)
    files = prepared(site)
    plan = captions.plan_captions(site, files, Selection(), now=site.clock.now())
    outcomes = send_captions(site, plan) if plan.items else []
    file_away_done(site, files)
    return outcomes


def send_captions(site: Site, plan: PlanRef) -> list[ItemOutcome]:
    run = captions.begin_captions(site, plan, now=site.clock.now())
    try:
        for numbers in plan.chunks():
            captions.send_chunk(site, run, numbers, now=site.clock.now())
        return captions.finish_captions(site, run, now=site.clock.now())
    except CaptionWorkerError:
        return finish(site, run, now=site.clock.now())


def plan_retention(site: Site) -> tuple[PlanRef, Plan]:
    policy = retention.policy_path(site, None)
    ref = refer(retention.plan_retention(site, policy, Selection(), now=site.clock.now()))
    return ref, read_plan(Path(ref.path))[0]


def approved(site: Site) -> PlanRef:
    """Plan retention and approve its policy."""
    ref, plan = plan_retention(site)
    approve(site, plan, reason="looked at", now=site.clock.now())
    return ref


def apply_retention(site: Site, ref: PlanRef) -> list[ItemOutcome]:
    policy = retention.policy_path(site, None)
    run = retention.begin_retention(site, ref, policy, now=site.clock.now())
    for numbers in ref.chunks():
        retention.retain_chunk(site, run, policy, numbers, now=site.clock.now())
    return finish(site, run, now=site.clock.now())


def sweep(site: Site) -> Sweep:
    return sweep_all(site, now=site.clock.now())


def by_id(outcomes: Sequence[ItemOutcome]) -> dict[str, tuple[str, str]]:
    return {one.record_id: (one.outcome, one.because) for one in outcomes}


def turn(clock: FakeClock, **by: float) -> None:
    """Let time pass: `turn(clock, days=1)`."""
    clock.advance(timedelta(**by).total_seconds())


def sent(server: LocalServer) -> list[Mapping[str, str]]:
    """Return the uploads of text tracks that a server was asked for."""
    return [asked for _, call, asked in server.requests if call == "putRecordingTextTrack"]


def killed(site: Site) -> None:
    """Let the process that holds the lease be one that is gone."""
    with site.ledger.write() as conn:
        conn.execute(update(leases).values(started="1"))


class ClosingDown:
    """A clock by which a server goes away once it has taken a number of uploads."""

    def __init__(self, clock: FakeClock, server: LocalServer, after: int) -> None:
        self.clock, self.server, self.after = clock, server, after

    def now(self) -> datetime:
        if len(sent(self.server)) >= self.after:
            self.server.set_faults("html")
        return self.clock.now()

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)
