"""Gather what one night did and what there is, and write both reports."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from bbbkeep import __version__
from bbbkeep.errors import PlanRefusedError, UsageError
from bbbkeep.ledger import gone, inventory, plans, runs, sweeps
from bbbkeep.model import InventoryRow
from bbbkeep.operations.deeds import deeds
from bbbkeep.operations.outlook import Lookout, Outlook
from bbbkeep.operations.retention import history, policy_of
from bbbkeep.plans.document import read_plan
from bbbkeep.reports.facts import GuardFact, ReportFacts, SweepFact, Vanished
from bbbkeep.reports.page import write_report
from bbbkeep.reports.table import write_inventory_csv
from bbbkeep.selection import Selection
from bbbkeep.site import Site

VANISHED_SHOWN = 1000
PAGE, TABLE = "report.html", "inventory.csv"

EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class Reports:
    """Where the night's reports lie."""

    page: Path
    table: Path
    recordings: int


def write_reports(
    site: Site,
    *,
    now: datetime,
    since: datetime,
    waiting: tuple[str, ...] = (),
    folder: Path | None = None,
    selection: Selection = EVERYTHING,
) -> Reports:
    """Write inventory.csv of what was selected, and report.html of all that is and was done from *since* on.

    *folder* is the configured one unless given.  The inventory is read once for both.

    Raises:
        UsageError: the folder can't be written to.
    """
    folder = folder or site.server.reports_dir
    _make(folder)
    ahead = lookout(site, now=now)
    rows = ahead.past(_rows(site))
    asked = (row for row in rows if row.recording in selection)
    count, problem = _write_table(site, asked, folder / TABLE, now)
    deque(rows, maxlen=0)  # a disk without room for all recordings may still have some for the page
    write_report(gather(site, ahead.found(), now=now, since=since, waiting=waiting), folder / PAGE)
    if problem is not None:
        raise problem
    return Reports(folder / PAGE, folder / TABLE, count)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        problem = f"{folder}: the reports can't be written ({error.strerror})"
        raise UsageError(f"{problem}; let this user write there, or name another reports_dir") from None


def _write_table(
    site: Site, rows: Iterable[InventoryRow], path: Path, now: datetime
) -> tuple[int, UsageError | None]:
    """Return how many recordings the table holds, and why it could not be written."""
    labels = {"server": site.server.name, "profile": site.profile}
    try:
        return write_inventory_csv(rows, path, now=now, hold_key=policy_of(site).hold_key, **labels), None
    except UsageError as error:
        return 0, error


def lookout(site: Site, *, now: datetime) -> Lookout:
    """Return what judges and counts the recordings that are let go by."""
    policy = policy_of(site)
    return Lookout(policy, history(site, policy, now=now), now)


def gather(
    site: Site, ahead: Outlook, *, now: datetime, since: datetime, waiting: tuple[str, ...]
) -> ReportFacts:
    """Return everything on the page: what a pass over the inventory found, and what was done from *since* on."""
    with site.ledger.read() as conn:
        outcomes = runs.outcomes_since(conn, site.key, since)
    return ReportFacts(
        server=site.server.name,
        profile=site.profile,
        generated_at=now,
        sweep=_sweep(site),
        totals=ahead.totals,
        version=__version__,
        mode=_mode(site),
        waiting=waiting,
        deeds=deeds(site, outcomes),
        rules=ahead.rules,
        due=ahead.due,
        guards=_guards(site, since),
        anomalies=ahead.anomalies,
        holds=ahead.holds,
        vanished=_vanished(site),
    )


def _vanished(site: Site) -> list[Vanished]:
    with site.ledger.read() as conn:
        return [
            Vanished(
                one.row.recording.record_id,
                one.row.recording.name,
                one.row.last_seen,
                one.row.recording.state,
                one.missed_at,
                f"our delete in {one.ours.run_id} was never verified" if one.ours else "",
            )
            for one in islice(gone.vanished(conn, site.key), VANISHED_SHOWN)
        ]


def _rows(site: Site) -> Iterator[InventoryRow]:
    with site.ledger.read() as conn:
        yield from inventory.rows(conn, site.key, tracks=True)


def _sweep(site: Site) -> SweepFact:
    with site.ledger.read() as conn:
        latest = sweeps.latest(conn, site.key)
    if latest is None:
        return SweepFact(None, None, complete=False, because="there was no sweep yet")
    complete = latest.status == "complete"
    return SweepFact(
        latest.started_at, latest.ended_at, complete, latest.because or ("" if complete else "it did not end")
    )


def _mode(site: Site) -> str:
    if site.server.policy is None:
        return "No policy is configured: nothing is deleted or unpublished."
    if policy_of(site).mode == "report":
        return "This policy only reports: it deletes and unpublishes nothing."
    return ""


def _guards(site: Site, since: datetime) -> list[GuardFact]:
    """Return the guards of tonight's retention plan."""
    with site.ledger.read() as conn:
        latest = plans.latest(conn, site.key, "retention")
    if latest is None or latest.created_at < since:
        return []
    try:
        plan, _ = read_plan(Path(latest.path))
    except PlanRefusedError:
        return []  # somebody removed its file; the report is written all the same
    return [GuardFact(one.name, one.limit, one.actual, one.tripped) for one in plan.guards]
